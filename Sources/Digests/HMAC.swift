internal import CLibcrypto

/// Codes that only who knows a key can make, over SHA-256 (RFC 2104).
package enum HMAC {
    /// The code of `message`, 32 bytes. Linear time.
    package static func code(of message: Span<UInt8>, key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: SHA256.length) { buffer, count in
            var length: UInt32 = 0
            let code = message.withUnsafeBytes { message in
                CLibcrypto.HMAC(
                    EVP_sha256(), key, Int32(key.count),
                    message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count,
                    buffer.baseAddress,
                    &length)
            }
            precondition(code != nil && length == UInt32(SHA256.length), "libcrypto gives 32 bytes")
            count = SHA256.length
        }
    }

    /// Whether two codes or digests are equal, in a time that says nothing about where they differ.
    package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }
}
