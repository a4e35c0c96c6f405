<?php
// What the portal derives from its key, and how it reads what was typed.
declare(strict_types=1);

const KINDS = [
    'Edg' => 'Edge', 'OPR/' => 'Opera', 'SamsungBrowser' => 'Samsung Internet', 'UCBrowser' => 'UC Browser',
    'Firefox' => 'Firefox', 'FxiOS' => 'Firefox', 'CriOS' => 'Chrome', 'Chrome' => 'Chrome', 'Safari' => 'Safari',
    'w3m' => 'w3m', 'Lynx' => 'Lynx', 'curl' => 'curl',
];
const SYSTEMS = [
    'Android' => 'Android', 'iPhone' => 'iPhone', 'iPad' => 'iPad', 'Windows' => 'Windows', 'Macintosh' => 'macOS',
    'CrOS' => 'ChromeOS', 'Linux' => 'Linux',
];

function code(string $purpose, string ...$parts): string
{
    static $key = null;
    $key ??= hex2bin($_SERVER['PEER_KEY']);
    $message = pack('N', strlen($purpose)) . $purpose;
    foreach ($parts as $part) {
        $message .= pack('N', strlen($part)) . $part;
    }
    return hash_hmac('sha256', $message, $key, true);
}

function sha256(string $text): string
{
    return hash('sha256', $text, true);
}

function formToken(string $sessionHash, string $path): string
{
    return bin2hex(code('form-token', $sessionHash, $path));
}

function captchaToken(string $session): string
{
    $body = random_bytes(16) . pack('J', time());
    return bin2hex($body . code('captcha-token', $body, $session));
}

/** A code of a token in counter mode: the same numbers for the same token. */
final class Numbers
{
    private array $block = [];
    private int $blocks = 0;

    public function __construct(private string $body, private string $session)
    {
    }

    /** 64 bits. */
    public function next(): int
    {
        if (!$this->block) {
            $block = code('captcha-answer', $this->body, $this->session, (string) $this->blocks++);
            $this->block = array_reverse(unpack('J4', $block));
        }
        return array_pop($this->block);
    }

    /** 0 to bound - 1, which is small: the upper half of a product of 128 bits. */
    public function below(int $bound): int
    {
        $number = $this->next();
        return (($number >> 32 & 0xFFFFFFFF) * $bound + (($number & 0xFFFFFFFF) * $bound >> 32)) >> 32;
    }

    public function whole(int $low, int $high): int
    {
        return $low + $this->below($high - $low + 1);
    }

    /** Both ends are in: the upper half of a product with 2^53 + 1, drawn again where the lower one is too small. */
    public function real(float $low, float $high): float
    {
        do {
            $number = $this->next();
            $middle = ($number & 0x7FF) + ($number >> 53 & 0x7FF);
        } while (($middle & 0x7FF) === 0 && ($number & 0x1FFFFFFFFFFFFF) < 0x1FFFFFFFFFF801);
        $drawn = ($number >> 11 & 0x1FFFFFFFFFFFFF) + ($middle >> 11);
        return ($high - $low) * ($drawn / 0x20000000000000) + $low;
    }
}

/** The numbers of a token; null for one that is not ours, of another session or too old. */
function captchaNumbers(string $token, string $session): ?Numbers
{
    if (strlen($token) !== 112 || !ctype_xdigit($token)) {
        return null;
    }
    $bytes = hex2bin($token);
    $body = substr($bytes, 0, 24);
    if (!hash_equals(code('captcha-token', $body, $session), substr($bytes, 24))) {
        return null;
    }
    $age = time() - unpack('J', $body, 16)[1];
    return $age < -60 || $age >= 600 ? null : new Numbers($body, $session);
}

/** What is drawn first of the numbers. */
function captchaText(Numbers $numbers): string
{
    $text = '';
    for ($i = 0; $i < 6; $i++) {
        $text .= '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'[$numbers->next() >> 59 & 31];
    }
    return $text;
}

function temporaryPassword(string $iec, string $gstin, string $nonce): string
{
    $code = code('temporary-password', $nonce, $iec, $gstin);
    $password = '';
    for ($bit = 0; $bit < 65; $bit += 5) {
        $word = ord($code[$bit >> 3]) << 8 | ord($code[($bit >> 3) + 1]);
        $password .= '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[$word >> (11 - $bit % 8) & 31];
    }
    return $password;
}

function oneTimePassword(string $nonce, string $channel, string $address): string
{
    for ($round = 0; ; $round++) {
        foreach (unpack('N8', code('one-time-password', $nonce, $channel, $address, chr($round))) as $word) {
            if ($word < 4294000000) {
                return sprintf('%06d', $word % 1000000);
            }
        }
    }
}

// --- What was typed ---

function isIEC(string $text): bool
{
    return preg_match('/^(?:\d{10}|[A-Z]{5}\d{4}[A-Z])$/D', $text) === 1;
}

function isGSTIN(string $text): bool
{
    if (!preg_match('/^(?:0[1-9]|[12]\d|3[0-8]|9[79])[A-Z]{5}\d{4}[A-Z][1-9A-Z][Z1-9ABD-J][0-9A-Z]$/D', $text)) {
        return false;
    }
    $sum = 0;
    for ($i = 0; $i < 14; $i++) {
        $value = ord($text[$i]);
        $product = ($value < 65 ? $value - 48 : $value - 55) << ($i & 1);
        $sum += $product < 36 ? $product : $product - 35;
    }
    return $text[14] === '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'[(36 - $sum % 36) % 36];
}

function browser(string $agent): string
{
    $found = [];
    foreach ([KINDS, SYSTEMS] as $names) {
        foreach ($names as $mark => $name) {
            if (str_contains($agent, $mark)) {
                $found[] = $name;
                break;
            }
        }
    }
    return implode(' on ', $found);
}
