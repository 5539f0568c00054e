internal import Digests
internal import Glibc
internal import Platform

/// What tells one version of a film's file from another.
package struct InputIdentity: Hashable, Sendable {
    /// Bytes; nil of an address, which is known by its name alone.
    package var size: Int64?
    /// Microseconds since 1970; nil of an address.
    package var modified: Int64?

    package init(size: Int64?, modified: Int64?) { (self.size, self.modified) = (size, modified) }

    /// Of what stands at a path now; nil where nothing can be seen there. An address has neither size nor
    /// time.
    package init?(of input: String) {
        guard !input.contains("://") else {
            self.init(size: nil, modified: nil)
            return
        }
        var facts = stat()
        guard FileName.withBytes(input, { stat($0, &facts) }) == 0 else { return nil }
        self.init(
            size: Int64(facts.st_size),
            modified: Int64(facts.st_mtim.tv_sec) * 1_000_000 + Int64(facts.st_mtim.tv_nsec) / 1000)
    }

    /// SHA-256 of the first and the last MiB of a file, hexadecimal: what a copy with another time has in
    /// common with it. nil of an address, and of what cannot be read.
    package static func endsDigest(of input: String) -> String? {
        let files = PosixFiles()
        guard !input.contains("://"), let size = (try? files.facts(of: input))?.size else { return nil }
        let piece = 1 << 20
        var hash = SHA256()
        for start in Set([0, max(0, size - Int64(piece))]).sorted() {
            guard let bytes = try? files.read(input, from: start, count: piece) else { return nil }
            hash.update(bytes.span)
        }
        return Hexadecimal.text(of: hash.finish())
    }
}
