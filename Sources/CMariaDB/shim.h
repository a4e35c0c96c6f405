// MariaDB Connector/C, as MariaDB uses it.
#include <mariadb/mysql.h>
