// Captcha
