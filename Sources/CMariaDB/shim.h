// MariaDB Connector/C, and what Swift cannot say of it: options of a variadic function, a status without a function.
#include <mariadb/mysql.h>

static inline int cmariadb_set_number(MYSQL *mysql, enum mysql_option option, unsigned int number) {
    return mysql_optionsv(mysql, option, &number);
}

static inline int cmariadb_set_flag(MYSQL *mysql, enum mysql_option option, int on) {
    my_bool flag = on != 0;
    return mysql_optionsv(mysql, option, &flag);
}

static inline int cmariadb_set_text(MYSQL *mysql, enum mysql_option option, const char *text) {
    return mysql_optionsv(mysql, option, text);
}

// SERVER_STATUS_... bits of the last answer; mariadb_get_infov, which gives them too, is variadic.
static inline unsigned int cmariadb_server_status(const MYSQL *mysql) { return mysql->server_status; }
