import Digests
import Testing

/// Published answers.
@Suite struct DigestsTests {
    /// FIPS 180-4's examples, and what a million letters give.
    @Test(arguments: [
        ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
    func sha256(text: String, count: Int, digest: String) {
        let bytes = Array(String(repeating: text, count: count).utf8)
        #expect(SHA256.digest(of: bytes.span) == digest)
        // In pieces of any length.
        var hash = SHA256()
        var rest = bytes[...]
        for length in [0, 1, 63, 64, 65, 4096, bytes.count] {
            let piece = Array(rest.prefix(length))
            hash.update(piece.span)
            rest = rest.dropFirst(length)
        }
        #expect(Hexadecimal.text(of: hash.finish()) == digest)
    }

    /// RFC 4231, cases 1, 2, 3 and 6.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        ([], [], "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ])
    func hmac(key: [UInt8], message: [UInt8], code: String) {
        #expect(Hexadecimal.text(of: HMAC.code(of: message.span, key: key)) == code)
    }

    @Test func equality() {
        #expect(HMAC.areEqual([1, 2, 3], [1, 2, 3]) && HMAC.areEqual([], []))
        #expect(!HMAC.areEqual([1, 2, 3], [1, 2, 4]) && !HMAC.areEqual([1, 2], [1, 2, 3]))
    }
}
