internal import CLibcrypto

/// SHA-256 (FIPS 180-4, section 6.2), with the processor's instructions for it where it has them. Memory
/// that the library cannot get is a fault of ours.
package struct SHA256: ~Copyable {
    /// Bytes of a digest.
    package static let length = 32

    private let context: OpaquePointer

    /// Of no bytes yet.
    package init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("libcrypto has no SHA-256")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Goes on with these bytes. Linear time, no copy.
    package mutating func update(_ bytes: Span<UInt8>) {
        let isTaken = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(isTaken == 1, "libcrypto takes bytes")
    }

    /// The digest of all bytes so far.
    package consuming func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.length) { buffer, count in
            var length: UInt32 = 0
            let isGiven = EVP_DigestFinal_ex(context, buffer.baseAddress, &length)
            precondition(isGiven == 1 && length == UInt32(Self.length), "libcrypto gives 32 bytes")
            count = Self.length
        }
    }

    /// The digest of `bytes`.
    package static func bytes(of bytes: Span<UInt8>) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    /// The digest of `bytes` in 64 hexadecimal digits.
    package static func digest(of bytes: Span<UInt8>) -> String {
        Hexadecimal.text(of: Self.bytes(of: bytes))
    }
}
