<?php
// The portal's page, step 1, OTP check and captcha image as PHP does them: a kept connection, native prepares, templates as PHP
// files. The pool's environment says the same as peer.c's; PEER_PAGES has form.php, refused.php and statements.php.
declare(strict_types=1);

require __DIR__ . '/codes.php';

const HEADERS = [
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        . "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options: nosniff', 'X-Frame-Options: DENY', 'Referrer-Policy: same-origin',
    'Cross-Origin-Opener-Policy: same-origin', 'Cross-Origin-Resource-Policy: same-origin',
    'Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=()', 'Cache-Control: no-store',
];
function field(string $name): string
{
    $value = $_POST[$name] ?? '';
    return is_string($value) ? $value : '';
}

// --- The database ---

function database(): PDO
{
    static $database = null;
    return $database ??= new PDO(
        "mysql:unix_socket={$_SERVER['DATABASE_SOCKET']};dbname=icegate;charset=utf8mb4", 'icegate_portal',
        $_SERVER['DATABASE_PASSWORD'],
        [
            PDO::ATTR_PERSISTENT => true, PDO::ATTR_EMULATE_PREPARES => false, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
            PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_NUM,
            PDO::MYSQL_ATTR_INIT_COMMAND => 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
        ],
    );
}

/** Runs a statement, prepared at its first use in this request: PHP keeps none for the next. */
function run(string $name, string|int|null ...$values): PDOStatement
{
    static $prepared = [];
    static $texts = null;
    $texts ??= require $_SERVER['PEER_PAGES'] . '/statements.php';
    $statement = $prepared[$name] ??= database()->prepare($texts[$name]);
    $statement->execute($values);
    return $statement;
}

function first(string $name, string|int|null ...$values): ?array
{
    $statement = run($name, ...$values);
    $row = $statement->fetch();
    $statement->closeCursor();
    return $row ?: null;
}

function audit(string $action, string $outcome, string $iec, string $gstin, ?string $name = null, ?int $registration = null): void
{
    run('audit_add', $action, $outcome, $iec, $gstin, $name, $registration, $_SERVER['REMOTE_ADDR'], $_SERVER['REQUEST_ID']);
}

// --- Answers ---

function answer(int $status): void
{
    http_response_code($status);
    foreach (HEADERS as $header) {
        header($header);
    }
}

function setSession(string $session): void
{
    header("Set-Cookie: icegate_session=$session; Path=/; HttpOnly; SameSite=Lax");
}

function seeOther(string $path, ?string $session = null): void
{
    answer(303);
    header("Location: $path");
    if ($session !== null) {
        setSession($session);
    }
}

/** The templates' only function: text as HTML has it. */
function e(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
}

function page(int $status, string $template, string $session, bool $isNew, string $iec = '', string $gstin = ''): void
{
    $hash = sha256($session);
    $language_token = formToken($hash, '/language');
    $form_token = formToken($hash, '/register');
    $captcha_token = captchaToken($session);
    ob_start();
    require "{$_SERVER['PEER_PAGES']}/$template.php";
    answer($status);
    header('Content-Type: text/html; charset=utf-8');
    header('Content-Language: en');
    header('Content-Length: ' . ob_get_length());
    if ($isNew) {
        setSession($session);
    }
    ob_end_flush();
}

// --- Steps ---

function beginSession(string $old, int $registration): string
{
    $session = bin2hex(random_bytes(32));
    if ($GLOBALS['has_session']) {
        run('session_end', $old);
    }
    run('session_begin', sha256($session), $registration, $old, $_SERVER['REMOTE_ADDR'],
        browser($_SERVER['HTTP_USER_AGENT'] ?? ''));
    return $session;
}

/** The new session when IEC, GSTIN and temporary password begin a registration. */
function start(string $iec, string $gstin, string $typed, string $sessionHash): ?string
{
    $subject = code('attempt-subject', 'temporary-password', "$iec\0$gstin");
    run('attempt_count', $subject);
    [$attempts, $mustWait] = first('attempt_read', $subject);
    if (!$mustWait && $attempts > 10) {
        run('attempt_block', $subject);
        $mustWait = true;
    }
    [, $nonce, , $isExpired, $isUsed] = first('temporary_password', $iec, $gstin) ?? [0, null, 0, 0, 0, 0];
    $expected = temporaryPassword($iec, $gstin, $nonce ?? random_bytes(16));
    $typed = strtr(str_replace(['-', ' '], '', strtoupper($typed)), 'OIL', '011');
    if (!hash_equals($expected, $typed) || $mustWait || $nonce === null || $isExpired && !$isUsed) {
        audit('registration.start', $mustWait ? 'throttled' : 'mismatch', $iec, $gstin);
        return null;
    }
    run('attempt_clear', $subject);
    $live = first('registration_live', $iec, $gstin);
    // A live one would be taken over: nobody is registered twice here.
    if (first('account', $iec, $gstin) || $live || $isUsed) {
        return null;
    }
    $entry = first('master', $iec, $gstin);
    if (!$entry || $entry[5] || !$entry[3] || !$entry[4]) {
        return null;
    }
    run('registration_begin', $iec, $gstin, $entry[0], $entry[1], $entry[2]);
    $registration = (int) database()->lastInsertId();
    $session = beginSession($sessionHash, $registration);
    audit('registration.start', 'started', $iec, $gstin, null, $registration);
    return $session;
}

function step1(string $session): void
{
    $iec = strtoupper(trim(field('iec'), " \t"));
    $gstin = strtoupper(trim(field('gstin'), " \t"));
    $token = field('captcha_token');
    $new = null;
    if (isIEC($iec) && isGSTIN($gstin) && ($numbers = captchaNumbers($token, $session)) !== null) {
        $right = captchaText($numbers);
        $use = [sha256($token), sha256(file_get_contents('php://input'))];
        if (strtoupper(str_replace(' ', '', field('captcha'))) !== $right) {
            run('captcha_use', ...$use);
        } else {
            database()->beginTransaction();
            run('captcha_use', ...$use);
            $new = start($iec, $gstin, field('password'), sha256($session));
            database()->commit();
        }
    }
    if ($new !== null) {
        seeOther('/register/account', $new);
    } else {
        page(422, 'refused', $session, false, field('iec'), field('gstin'));
    }
}

/** The new session when both OTPs are right; false when nothing was counted, null when a wrong try was. */
function verify(int $id, string $sessionHash): string|false|null
{
    $registration = first('registration_lock', $id);
    $pair = $registration && !$registration[10] && $registration[6] === 'otp_sent' ? first('otp_pair', $id) : null;
    if (!$pair || $pair[12] !== null || (first('session_taken_over', $sessionHash)[0] ?? 0)) {
        return false;
    }
    [$pairID, $nonce, , $email, $mobile] = $pair;
    [, $iec, $gstin, , , , , $name] = $registration;
    if (run('otp_try', $pairID)->rowCount() !== 1) {
        return false;
    }
    $typed = str_replace(['-', ' '], '', [field('mobile_otp'), field('email_otp')]);
    $isMobileRight = hash_equals(oneTimePassword($nonce, 'sms', $mobile), $typed[0]);
    $isEmailRight = hash_equals(oneTimePassword($nonce, 'email', $email), $typed[1]);
    if (!$isMobileRight || !$isEmailRight || run('otp_consume', $pairID)->rowCount() !== 1) {
        audit('registration.verify', 'wrong', $iec, $gstin, $name, $id);
        return null;
    }
    audit('registration.verify', 'proven', $iec, $gstin, $name, $id);
    $session = beginSession($sessionHash, $id);
    return run('registration_verify', $id)->rowCount() === 1 ? $session : false;
}

function otpCheck(int $registration, string $session): void
{
    database()->beginTransaction();
    $new = verify($registration, sha256($session));
    if ($new === false) {
        database()->rollBack();
    } else {
        database()->commit();
    }
    if ($new) {
        seeOther('/register/verified', $new);
    } else {
        page(422, 'refused', $session, false);
    }
}

function post(string $path, string $session, bool $isNew): void
{
    $hash = sha256($session);
    $found = $isNew ? null : first('session', $hash);
    $GLOBALS['has_session'] = $found !== null;
    $registration = $found && $found[2] === null && !$found[3] ? $found[0] : null;
    if ($registration !== null) {
        if ($found[4]) {
            run('session_touch', $hash);
        }
        first('registration_find', $registration);
    }
    $origin = $_SERVER['HTTP_ORIGIN'] ?? $_SERVER['PEER_ORIGIN'];
    if ($isNew || $origin !== $_SERVER['PEER_ORIGIN'] || !hash_equals(formToken($hash, $path), field('form_token'))) {
        answer(403);
    } elseif ($path === '/register') {
        step1($session);
    } elseif ($registration !== null) {
        otpCheck($registration, $session);
    } else {
        seeOther('/register');
    }
}

function image(string $session): void
{
    $token = $_GET['token'] ?? '';
    $numbers = is_string($token) ? captchaNumbers($token, $session) : null;
    if ($numbers === null) {
        answer(404);
        return;
    }
    require __DIR__ . '/captcha.php';
    ob_start();
    writeCaptcha(captchaText($numbers), $numbers);
    answer(200);
    header('Content-Type: image/png');
    header('Content-Length: ' . ob_get_length());
    ob_end_flush();
}

$session = $_COOKIE['icegate_session'] ?? '';
$isNew = !is_string($session) || preg_match('/^[0-9a-f]{64}$/D', $session) !== 1;
if ($isNew) {
    $session = bin2hex(random_bytes(32));
}
$path = $_SERVER['DOCUMENT_URI'];
if ($_SERVER['REQUEST_METHOD'] === 'POST' && ($path === '/register' || $path === '/register/otp')) {
    post($path, $session, $isNew);
} elseif ($path === '/register') {
    page(200, 'form', $session, $isNew);
} elseif ($path === '/captcha/image') {
    image($session);
} else {
    answer(404);
}
