// The portal's page, step 1, OTP check and captcha image as a C program of the usual kind does them: libfcgi's accept loop on 16
// threads, each with a MariaDB connection of its own whose statements are prepared and bound once. Said to it by the environment:
//   PEER_SOCKET, PEER_ORIGIN, PEER_KEY (64 hexadecimal digits), PEER_PAGES (folder of form.html and refused.html),
//   DATABASE_SOCKET, DATABASE_PASSWORD
#include "captcha.h"
#include <ctype.h>
#include <fcgiapp.h>
#include <gd.h>
#include <mysql.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define STATEMENT(name, text) name,
enum statement {
#include "statements.h"
    STATEMENT_COUNT
};
#undef STATEMENT
#define STATEMENT(name, text) text,
static const char *const statement_texts[] = {
#include "statements.h"
};

enum { THREADS = 16, BODY = 16384, PARAMETERS = 12, COLUMNS = 16, WIDTH = 256, HASH = 32, TOKEN = 56, HEX = 2 * HASH };

static int listener;
static const char *origin;
static uint8_t key[HASH];
static crypto_auth_hmacsha256_state keyed;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

// --- Templates: text with {{marks}}, split once ---

enum mark { LANGUAGE_TOKEN, FORM_TOKEN, CAPTCHA_TOKEN, IEC, GSTIN, MARKS };
static const char *const mark_names[] = {"language_token", "form_token", "captcha_token", "iec", "gstin"};

struct template {
    struct {
        const char *text;
        size_t length;
        int mark;  // what follows the text; MARKS for nothing
    } pieces[64];
    int count;
};
static struct template form_page, refused_page;

static void template_load(struct template *template, const char *directory, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "r");
    if (!file) fail(path);
    char *text = calloc(1, 65536);
    if (fread(text, 1, 65535, file) == 0) fail(path);
    fclose(file);
    while (template->count < 64) {
        char *start = strstr(text, "{{"), *end = start ? strstr(start, "}}") : NULL;
        int mark = MARKS;
        for (int i = 0; end && i < MARKS; i++)
            if (strlen(mark_names[i]) == (size_t)(end - start - 2) && !memcmp(start + 2, mark_names[i], end - start - 2)) mark = i;
        template->pieces[template->count].text = text;
        template->pieces[template->count].length = end ? (size_t)(start - text) : strlen(text);
        template->pieces[template->count++].mark = mark;
        if (!end) return;
        text = end + 2;
    }
    fail("too many marks");
}

static char *append(char *out, const char *text, size_t length) {
    memcpy(out, text, length);
    return out + length;
}

static char *append_escaped(char *out, const char *text) {
    for (; *text; text++) switch (*text) {
            case '&': out = append(out, "&amp;", 5); break;
            case '<': out = append(out, "&lt;", 4); break;
            case '>': out = append(out, "&gt;", 4); break;
            case '"': out = append(out, "&quot;", 6); break;
            case '\'': out = append(out, "&#39;", 5); break;
            default: *out++ = *text;
        }
    return out;
}

// --- Codes ---

struct part {
    const void *bytes;
    size_t length;
};
#define PART(text) ((struct part){text, strlen(text)})
#define CODE(code, ...) \
    make_code(code, (struct part[]){__VA_ARGS__}, sizeof(struct part[]){__VA_ARGS__} / sizeof(struct part))

static void make_code(uint8_t code[HASH], const struct part *parts, size_t count) {
    crypto_auth_hmacsha256_state state = keyed;
    for (size_t i = 0; i < count; i++) {
        uint8_t length[4] = {parts[i].length >> 24, parts[i].length >> 16, parts[i].length >> 8, parts[i].length};
        crypto_auth_hmacsha256_update(&state, length, 4);
        crypto_auth_hmacsha256_update(&state, parts[i].bytes, parts[i].length);
    }
    crypto_auth_hmacsha256_final(&state, code);
}

static void make_hash(uint8_t hash[HASH], const char *text) {
    crypto_hash_sha256(hash, (const uint8_t *)text, strlen(text));
}

static void form_token(char token[HEX + 1], const uint8_t session_hash[HASH], const char *path) {
    uint8_t code[HASH];
    CODE(code, PART("form-token"), {session_hash, HASH}, PART(path));
    sodium_bin2hex(token, HEX + 1, code, HASH);
}

static void captcha_token(char token[2 * TOKEN + 1], const char *session) {
    uint8_t bytes[TOKEN];
    uint64_t now = time(NULL);
    randombytes_buf(bytes, 16);
    for (int i = 0; i < 8; i++) bytes[16 + i] = now >> (56 - 8 * i);
    CODE(bytes + 24, PART("captcha-token"), {bytes, 24}, PART(session));
    sodium_bin2hex(token, 2 * TOKEN + 1, bytes, TOKEN);
}

uint64_t numbers_next(struct numbers *numbers) {
    if (numbers->used == HASH) {
        char block[12];
        snprintf(block, sizeof block, "%u", numbers->blocks++);
        CODE(numbers->block, PART("captcha-answer"), {numbers->body, 24}, PART(numbers->session), PART(block));
        numbers->used = 0;
    }
    uint64_t number = 0;
    for (int i = 0; i < 8; i++) number = number << 8 | numbers->block[numbers->used++];
    return number;
}

// What a token stands for, and the numbers that are left to draw it; false for one that is not ours, of another session or too
// old.
static bool captcha_text(char text[7], struct numbers *numbers, const char *token, const char *session) {
    uint8_t bytes[TOKEN], code[HASH];
    if (strlen(token) != 2 * TOKEN || sodium_hex2bin(bytes, TOKEN, token, 2 * TOKEN, NULL, NULL, NULL)) return false;
    CODE(code, PART("captcha-token"), {bytes, 24}, PART(session));
    if (sodium_memcmp(code, bytes + 24, HASH)) return false;
    int64_t made = 0, now = time(NULL);
    for (int i = 16; i < 24; i++) made = made << 8 | bytes[i];
    if (now - made < -60 || now - made >= 600) return false;
    *numbers = (struct numbers){.session = session, .used = HASH};
    memcpy(numbers->body, bytes, 24);
    for (int i = 0; i < 6; i++) text[i] = CAPTCHA_ALPHABET[numbers_next(numbers) >> 59];
    text[6] = 0;
    return true;
}

static void temporary_password_of(char password[14], const char *iec, const char *gstin, const char *nonce) {
    uint8_t code[HASH];
    CODE(code, PART("temporary-password"), {nonce, 16}, PART(iec), PART(gstin));
    for (int i = 0; i < 13; i++) {
        int bit = 5 * i, word = code[bit / 8] << 8 | code[bit / 8 + 1];
        password[i] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[word >> (11 - bit % 8) & 31];
    }
    password[13] = 0;
}

static void one_time_password_of(char digits[7], const char *nonce, const char *channel, const char *address) {
    for (int round = 0; round < 256; round++) {
        uint8_t code[HASH], turn = round;
        CODE(code, PART("one-time-password"), {nonce, 16}, PART(channel), PART(address), {&turn, 1});
        for (int i = 0; i < HASH; i += 4) {
            uint32_t word = (uint32_t)code[i] << 24 | code[i + 1] << 16 | code[i + 2] << 8 | code[i + 3];
            if (word >= 4294000000u) continue;
            snprintf(digits, 7, "%06u", word % 1000000);
            return;
        }
    }
}

// --- What was typed ---

// The text without the characters in `drop`, in upper case.
static void fold(char *out, size_t size, const char *text, const char *drop) {
    size_t length = 0;
    for (; *text && length < size - 1; text++)
        if (!strchr(drop, *text)) out[length++] = *text >= 'a' && *text <= 'z' ? *text - 32 : *text;
    out[length] = 0;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

static bool is_pan(const char *text) {
    for (int i = 0; i < 10; i++)
        if (i < 5 || i == 9 ? !is_letter(text[i]) : !is_digit(text[i])) return false;
    return true;
}

static bool is_iec(const char *text) { return strlen(text) == 10 && (strspn(text, "0123456789") == 10 || is_pan(text)); }

static bool is_gstin(const char *text) {
    if (strlen(text) != 15 || !is_digit(text[0]) || !is_digit(text[1]) || !is_pan(text + 2)) return false;
    if (!strchr("123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", text[12]) || !strchr("Z123456789ABDEFGHIJ", text[13])) return false;
    int state = (text[0] - '0') * 10 + text[1] - '0', sum = 0;
    if ((state < 1 || state > 38) && state != 97 && state != 99) return false;
    for (int i = 0; i < 14; i++) {
        int product = (is_digit(text[i]) ? text[i] - '0' : text[i] - 'A' + 10) << (i & 1);
        sum += product < 36 ? product : product - 35;
    }
    return text[14] == "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(36 - sum % 36) % 36];
}

static const char *browser(char out[41], const char *agent) {
    static const char *const kinds[][2] = {
        {"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"UCBrowser", "UC Browser"},
        {"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"},
        {"w3m", "w3m"}, {"Lynx", "Lynx"}, {"curl", "curl"}, {0}};
    static const char *const systems[][2] = {
        {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Macintosh", "macOS"},
        {"CrOS", "ChromeOS"}, {"Linux", "Linux"}, {0}};
    int kind = 0, system = 0;
    while (kinds[kind][0] && !strstr(agent, kinds[kind][0])) kind++;
    while (systems[system][0] && !strstr(agent, systems[system][0])) system++;
    const char *first = kinds[kind][1], *second = systems[system][1];
    snprintf(out, 41, "%s%s%s", first ? first : "", first && second ? " on " : "", second ? second : "");
    return out;
}

// --- One thread ---

struct worker {
    FCGX_Request request;
    MYSQL *database;
    MYSQL_STMT *statements[STATEMENT_COUNT];
    // The newest row, each column as text or bytes.
    char columns[COLUMNS][WIDTH];
    unsigned long lengths[COLUMNS];
    my_bool nulls[COLUMNS];
    char body[BODY + 1], answer[65536];
    // Of the request.
    char session[HEX + 1];
    uint8_t session_hash[HASH];
    bool is_new_session, has_session;
    const char *address, *request_id;
    char browser[41];
    char language_form_token[HEX + 1], own_form_token[HEX + 1], token[2 * TOKEN + 1];
};

static void query(struct worker *worker, const char *text) {
    if (mysql_query(worker->database, text)) fprintf(stderr, "%s: %s\n", text, mysql_error(worker->database));
}

static void connect_database(struct worker *worker) {
    worker->database = mysql_init(NULL);
    mysql_options(worker->database, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (!mysql_real_connect(worker->database, NULL, "icegate_portal", getenv("DATABASE_PASSWORD"), "icegate", 0,
                            getenv("DATABASE_SOCKET"), 0))
        fail(mysql_error(worker->database));
    query(worker, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        MYSQL_STMT *statement = worker->statements[i] = mysql_stmt_init(worker->database);
        if (mysql_stmt_prepare(statement, statement_texts[i], strlen(statement_texts[i]))) fail(mysql_stmt_error(statement));
        MYSQL_BIND binds[COLUMNS] = {0};
        for (int column = 0; column < COLUMNS; column++) {
            binds[column].buffer_type = MYSQL_TYPE_STRING;
            binds[column].buffer = worker->columns[column];
            binds[column].buffer_length = WIDTH - 1;
            binds[column].length = &worker->lengths[column];
            binds[column].is_null = &worker->nulls[column];
        }
        if (mysql_stmt_field_count(statement) > 0 && mysql_stmt_bind_result(statement, binds)) fail("bind");
    }
}

// Runs a statement with values (NULL is NULL). Returns the rows that it read (at most 1) or changed, -1 for a failure.
static struct part TEXT(const char *text) { return (struct part){text, text ? strlen(text) : 0}; }
static struct part BYTES(const uint8_t *bytes) { return (struct part){bytes, HASH}; }
#define RUN(worker, statement, ...) run(worker, statement, (struct part[]){__VA_ARGS__})
static int run(struct worker *worker, enum statement number, const struct part *values) {
    MYSQL_STMT *statement = worker->statements[number];
    MYSQL_BIND binds[PARAMETERS] = {0};
    for (unsigned long i = 0; i < mysql_stmt_param_count(statement); i++) {
        binds[i].buffer_type = values[i].bytes ? MYSQL_TYPE_STRING : MYSQL_TYPE_NULL;
        binds[i].buffer = (void *)values[i].bytes;
        binds[i].buffer_length = values[i].length;
    }
    if (mysql_stmt_bind_param(statement, binds) || mysql_stmt_execute(statement)) {
        fprintf(stderr, "%s: %s\n", statement_texts[number], mysql_stmt_error(statement));
        return -1;
    }
    if (mysql_stmt_field_count(statement) == 0) return (int)mysql_stmt_affected_rows(statement);
    int count = mysql_stmt_fetch(statement) == 0 ? 1 : 0;
    for (unsigned column = 0; count && column < mysql_stmt_field_count(statement); column++)
        worker->columns[column][worker->lengths[column] < WIDTH ? worker->lengths[column] : WIDTH - 1] = 0;
    mysql_stmt_free_result(statement);
    return count;
}

static bool is_true(const struct worker *worker, int column) {
    return !worker->nulls[column] && strcmp(worker->columns[column], "0") != 0;
}

static void audit(struct worker *worker, const char *action, const char *outcome, const char *iec, const char *gstin,
                  const char *icegate_id, const char *registration) {
    RUN(worker, audit_add, TEXT(action), TEXT(outcome), TEXT(iec), TEXT(gstin), TEXT(icegate_id), TEXT(registration),
        TEXT(worker->address), TEXT(worker->request_id));
}

// --- Answers ---

static const char headers[] =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=()\r\nCache-Control: no-store\r\n";

static void answer(struct worker *worker, const char *status, const char *more, const char *session, const char *body,
                   size_t length) {
    char head[2048], cookie[160] = "";
    if (session)
        snprintf(cookie, sizeof cookie, "Set-Cookie: icegate_session=%s; Path=/; HttpOnly; SameSite=Lax\r\n", session);
    int count = snprintf(head, sizeof head, "Status: %s\r\n%s%s%sContent-Length: %zu\r\n\r\n", status, more, cookie, headers, length);
    FCGX_PutStr(head, count, worker->request.out);
    if (length) FCGX_PutStr(body, (int)length, worker->request.out);
}

static void page(struct worker *worker, const struct template *template, const char *status, const char *iec,
                 const char *gstin) {
    form_token(worker->language_form_token, worker->session_hash, "/language");
    form_token(worker->own_form_token, worker->session_hash, "/register");
    captcha_token(worker->token, worker->session);
    const char *values[] = {worker->language_form_token, worker->own_form_token, worker->token, iec, gstin};
    char *out = worker->answer;
    for (int i = 0; i < template->count; i++) {
        out = append(out, template->pieces[i].text, template->pieces[i].length);
        if (template->pieces[i].mark != MARKS) out = append_escaped(out, values[template->pieces[i].mark]);
    }
    answer(worker, status, "Content-Type: text/html; charset=utf-8\r\nContent-Language: en\r\n",
           worker->is_new_session ? worker->session : NULL, worker->answer, out - worker->answer);
}

static void see_other(struct worker *worker, const char *path, const char *session) {
    char location[128];
    snprintf(location, sizeof location, "Location: %s\r\n", path);
    answer(worker, "303 See Other", location, session, NULL, 0);
}

// --- Steps ---

static void begin_session(struct worker *worker, char session[HEX + 1], const char *registration) {
    uint8_t bytes[HASH], hash[HASH];
    randombytes_buf(bytes, HASH);
    sodium_bin2hex(session, HEX + 1, bytes, HASH);
    make_hash(hash, session);
    if (worker->has_session) RUN(worker, session_end, BYTES(worker->session_hash));
    RUN(worker, session_begin, BYTES(hash), TEXT(registration), BYTES(worker->session_hash), TEXT(worker->address),
        TEXT(worker->browser));
}

// The field's value within the body, decoded in place at its first use; "" where it was not sent.
struct field {
    char *name, *value;
};

static unsigned hex_digit(unsigned char c) { return c <= '9' ? c - '0' : (c & 31) + 9; }

static int decode(char *body, struct field *fields, int most) {
    int count = 0;
    for (char *save, *pair = strtok_r(body, "&", &save); pair && count < most; pair = strtok_r(NULL, "&", &save)) {
        char *value = strchr(pair, '=');
        if (!value) continue;
        *value++ = 0;
        fields[count++] = (struct field){pair, value};
        char *out = value;
        for (const char *in = value; *in; in++) {
            unsigned byte = *in == '+' ? ' ' : (unsigned char)*in;
            if (*in == '%' && isxdigit(in[1]) && isxdigit(in[2])) byte = hex_digit(in[1]) << 4 | hex_digit(in[2]), in += 2;
            *out++ = (char)byte;
        }
        *out = 0;
    }
    return count;
}

static const char *find(const struct field *fields, int count, const char *name) {
    for (int i = 0; i < count; i++)
        if (!strcmp(fields[i].name, name)) return fields[i].value;
    return "";
}

// Whether IEC, GSTIN and temporary password begin a registration, within a transaction.
static bool start(struct worker *worker, const char *iec, const char *gstin, const char *typed, char session[HEX + 1]) {
    uint8_t subject[HASH];
    char pair[32], expected[14], password[32], name[WIDTH], email[WIDTH], mobile[WIDTH], registration[24] = "";
    size_t length = snprintf(pair, sizeof pair, "%s%c%s", iec, 0, gstin);
    CODE(subject, PART("attempt-subject"), PART("temporary-password"), {pair, length});
    RUN(worker, attempt_count, BYTES(subject));
    RUN(worker, attempt_read, BYTES(subject));
    bool must_wait = is_true(worker, 1);
    if (!must_wait && atoi(worker->columns[0]) > 10) {
        RUN(worker, attempt_block, BYTES(subject));
        must_wait = true;
    }
    bool has_password = RUN(worker, temporary_password, TEXT(iec), TEXT(gstin)) == 1;
    bool is_expired = is_true(worker, 3), is_used = is_true(worker, 4);
    if (!has_password) randombytes_buf(worker->columns[1], 16);
    temporary_password_of(expected, iec, gstin, worker->columns[1]);
    fold(password, sizeof password, typed, "- ");
    for (char *at = password; *at; at++) *at = *at == 'O' ? '0' : *at == 'I' || *at == 'L' ? '1' : *at;
    bool is_right = strlen(password) == 13 && !sodium_memcmp(password, expected, 13);
    if (!is_right || must_wait || !has_password || (is_expired && !is_used)) {
        audit(worker, "registration.start", must_wait ? "throttled" : "mismatch", iec, gstin, NULL, NULL);
        return false;
    }
    RUN(worker, attempt_clear, BYTES(subject));
    bool is_live = RUN(worker, registration_live, TEXT(iec), TEXT(gstin)) == 1;
    bool has_account = RUN(worker, account, TEXT(iec), TEXT(gstin)) == 1;
    // A live one would be taken over: nobody is registered twice here.
    if (is_live || has_account || is_used) return false;
    if (RUN(worker, master, TEXT(iec), TEXT(gstin)) != 1 || is_true(worker, 5) || !is_true(worker, 3) || !is_true(worker, 4))
        return false;
    strcpy(name, worker->columns[0]), strcpy(email, worker->columns[1]), strcpy(mobile, worker->columns[2]);
    RUN(worker, registration_begin, TEXT(iec), TEXT(gstin), TEXT(name), TEXT(email), TEXT(mobile));
    snprintf(registration, sizeof registration, "%llu",
             (unsigned long long)mysql_stmt_insert_id(worker->statements[registration_begin]));
    begin_session(worker, session, registration);
    audit(worker, "registration.start", "started", iec, gstin, NULL, registration);
    return true;
}

static void step_1(struct worker *worker, const struct field *fields, int count, const uint8_t submission[HASH]) {
    char iec[16], gstin[16], right[7], answer[16], session[HEX + 1];
    uint8_t token_hash[HASH];
    struct numbers numbers;
    const char *token = find(fields, count, "captcha_token"), *typed_iec = find(fields, count, "iec");
    const char *typed_gstin = find(fields, count, "gstin");
    fold(iec, sizeof iec, typed_iec, " \t");
    fold(gstin, sizeof gstin, typed_gstin, " \t");
    bool is_right = is_iec(iec) && is_gstin(gstin) && captcha_text(right, &numbers, token, worker->session);
    if (is_right) {
        make_hash(token_hash, token);
        fold(answer, sizeof answer, find(fields, count, "captcha"), " ");
        is_right = !strcmp(answer, right);
        if (!is_right) RUN(worker, captcha_use, BYTES(token_hash), BYTES(submission));
    }
    if (is_right) {
        query(worker, "START TRANSACTION");
        is_right = RUN(worker, captcha_use, BYTES(token_hash), BYTES(submission)) == 1 &&
                   start(worker, iec, gstin, find(fields, count, "password"), session);
        query(worker, "COMMIT");
    }
    if (is_right) return see_other(worker, "/register/account", session);
    page(worker, &refused_page, "422 Unprocessable Content", typed_iec, typed_gstin);
}

// Judges both OTPs, within a transaction that stands when it is true or *is_counted.
static bool verify(struct worker *worker, const char *registration, const char *mobile, const char *email,
                   char session[HEX + 1], bool *is_counted) {
    char iec[16], gstin[16], name[32], pair[24], sms[7], mail[7], typed[16];
    if (RUN(worker, registration_lock, TEXT(registration)) != 1 || is_true(worker, 10)) return false;
    if (strcmp(worker->columns[6], "otp_sent")) return false;
    snprintf(iec, sizeof iec, "%.15s", worker->columns[1]);
    snprintf(gstin, sizeof gstin, "%.15s", worker->columns[2]);
    snprintf(name, sizeof name, "%.31s", worker->columns[7]);
    if (RUN(worker, otp_pair, TEXT(registration)) != 1 || !worker->nulls[12]) return false;
    snprintf(pair, sizeof pair, "%.23s", worker->columns[0]);
    one_time_password_of(sms, worker->columns[1], "sms", worker->columns[4]);
    one_time_password_of(mail, worker->columns[1], "email", worker->columns[3]);
    if (RUN(worker, session_taken_over, BYTES(worker->session_hash)) == 1 && is_true(worker, 0)) return false;
    if (RUN(worker, otp_try, TEXT(pair)) != 1) return false;
    *is_counted = true;
    fold(typed, sizeof typed, mobile, "- ");
    bool is_mobile_right = strlen(typed) == 6 && !sodium_memcmp(typed, sms, 6);
    fold(typed, sizeof typed, email, "- ");
    bool is_email_right = strlen(typed) == 6 && !sodium_memcmp(typed, mail, 6);
    if (!is_mobile_right || !is_email_right || RUN(worker, otp_consume, TEXT(pair)) != 1) {
        audit(worker, "registration.verify", "wrong", iec, gstin, name, registration);
        return false;
    }
    audit(worker, "registration.verify", "proven", iec, gstin, name, registration);
    begin_session(worker, session, registration);
    return RUN(worker, registration_verify, TEXT(registration)) == 1;
}

static void otp_check(struct worker *worker, const struct field *fields, int count, const char *registration) {
    char session[HEX + 1];
    bool is_counted = false;
    query(worker, "START TRANSACTION");
    bool is_right = verify(worker, registration, find(fields, count, "mobile_otp"), find(fields, count, "email_otp"),
                           session, &is_counted);
    query(worker, is_right || is_counted ? "COMMIT" : "ROLLBACK");
    if (is_right) return see_other(worker, "/register/verified", session);
    page(worker, &refused_page, "422 Unprocessable Content", "", "");
}

static void post(struct worker *worker, const char *path) {
    FCGX_ParamArray parameters = worker->request.envp;
    const char *length = FCGX_GetParam("CONTENT_LENGTH", parameters), *sent_origin = FCGX_GetParam("HTTP_ORIGIN", parameters);
    const char *agent = FCGX_GetParam("HTTP_USER_AGENT", parameters);
    char registration[24] = "";
    worker->has_session = !worker->is_new_session && RUN(worker, session, BYTES(worker->session_hash)) == 1;
    if (worker->has_session && worker->nulls[2] && !is_true(worker, 3) && !worker->nulls[0]) {
        snprintf(registration, sizeof registration, "%.23s", worker->columns[0]);
        if (is_true(worker, 4)) RUN(worker, session_touch, BYTES(worker->session_hash));
        RUN(worker, registration_find, TEXT(registration));
    }
    int size = length ? atoi(length) : 0;
    if (size < 0 || size > BODY || FCGX_GetStr(worker->body, size, worker->request.in) != size) size = 0;
    worker->body[size] = 0;
    uint8_t submission[HASH];
    make_hash(submission, worker->body);
    struct field fields[16];
    int count = decode(worker->body, fields, 16);
    char expected[HEX + 1];
    const char *sent = find(fields, count, "form_token");
    form_token(expected, worker->session_hash, path);
    if (worker->is_new_session || strlen(sent) != HEX || sodium_memcmp(sent, expected, HEX) ||
        (sent_origin && strcmp(sent_origin, origin)))
        return answer(worker, "403 Forbidden", "", NULL, NULL, 0);
    worker->address = FCGX_GetParam("REMOTE_ADDR", parameters);
    worker->request_id = FCGX_GetParam("REQUEST_ID", parameters);
    browser(worker->browser, agent ? agent : "");
    if (!strcmp(path, "/register")) return step_1(worker, fields, count, submission);
    if (*registration) return otp_check(worker, fields, count, registration);
    see_other(worker, "/register", NULL);
}

static void captcha_image(struct worker *worker) {
    const char *query = FCGX_GetParam("QUERY_STRING", worker->request.envp);
    char text[7], copy[512];
    struct numbers numbers;
    struct field fields[4];
    snprintf(copy, sizeof copy, "%s", query ? query : "");
    int count = decode(copy, fields, 4), size;
    if (!captcha_text(text, &numbers, find(fields, count, "token"), worker->session))
        return answer(worker, "404 Not Found", "", NULL, NULL, 0);
    void *image = captcha_png(text, &numbers, &size);
    answer(worker, "200 OK", "Content-Type: image/png\r\n", NULL, image, size);
    gdFree(image);
}

static void read_session(struct worker *worker) {
    const char *cookies = FCGX_GetParam("HTTP_COOKIE", worker->request.envp);
    const char *found = cookies ? strstr(cookies, "icegate_session=") : NULL;
    worker->is_new_session = !found || strspn(found + 16, "0123456789abcdef") != HEX;
    if (worker->is_new_session) {
        uint8_t bytes[HASH];
        randombytes_buf(bytes, HASH);
        sodium_bin2hex(worker->session, HEX + 1, bytes, HASH);
    } else {
        memcpy(worker->session, found + 16, HEX);
        worker->session[HEX] = 0;
    }
    make_hash(worker->session_hash, worker->session);
}

static void *serve(void *argument) {
    struct worker *worker = argument;
    connect_database(worker);
    FCGX_InitRequest(&worker->request, listener, 0);
    while (FCGX_Accept_r(&worker->request) == 0) {
        const char *path = FCGX_GetParam("DOCUMENT_URI", worker->request.envp);
        const char *method = FCGX_GetParam("REQUEST_METHOD", worker->request.envp);
        bool is_post = method && !strcmp(method, "POST");
        read_session(worker);
        if (path && is_post && (!strcmp(path, "/register") || !strcmp(path, "/register/otp")))
            post(worker, path);
        else if (path && !is_post && !strcmp(path, "/register"))
            page(worker, &form_page, "200 OK", "", "");
        else if (path && !is_post && !strcmp(path, "/captcha/image"))
            captcha_image(worker);
        else
            answer(worker, "404 Not Found", "", NULL, NULL, 0);
        FCGX_Finish_r(&worker->request);
    }
    return NULL;
}

static void listen_at(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    unlink(path);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || chmod(path, 0660) || listen(listener, 511)) fail(path);
}

int main(void) {
    const char *key_digits = getenv("PEER_KEY"), *pages = getenv("PEER_PAGES"), *socket_path = getenv("PEER_SOCKET");
    origin = getenv("PEER_ORIGIN");
    if (!key_digits || !pages || !socket_path || !origin || sodium_init() < 0 || mysql_library_init(0, NULL, NULL) ||
        FCGX_Init() || sodium_hex2bin(key, HASH, key_digits, strlen(key_digits), NULL, NULL, NULL))
        fail("the environment");
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    crypto_auth_hmacsha256_init(&keyed, key, HASH);
    template_load(&form_page, pages, "form.html");
    template_load(&refused_page, pages, "refused.html");
    captcha_load();
    listen_at(socket_path);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        struct worker *worker = calloc(1, sizeof *worker);
        if (pthread_create(&threads[i], NULL, serve, worker)) fail("pthread_create");
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}
