// libgd, as Captcha uses it.
#include <gd.h>
