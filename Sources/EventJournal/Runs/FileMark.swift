/// What tells a file from another that stands at its path later, however old that one is.
package struct FileMark: Codable, Hashable, Sendable {
    /// Bytes.
    private var size: Int64
    private var inode: UInt64
    /// Of its first 4 KiB, 64 KiB and 1 MiB, as far as it is as long.
    private var heads: [Fingerprint]

    private static let lengths = [1 << 12, 1 << 16, headLength]
    /// Bytes of a file that are looked at.
    package static let headLength = 1 << 20

    /// - Parameters:
    ///   - size: in bytes.
    ///   - inode: its number on its device.
    ///   - head: its first bytes, up to `headLength`; fewer where it cannot be read.
    package init(size: Int64, inode: UInt64, head: [UInt8]) {
        (self.size, self.inode) = (size, inode)
        heads = Self.lengths.prefix { $0 <= head.count }.map { length in
            var fingerprint = Fingerprint()
            fingerprint.take(head[..<length])
            return fingerprint
        }
    }

    /// Whether it is the same file, perhaps with more at its end. Copied to another disk it is; whoever
    /// completes a file may write its beginning anew.
    func isSame(as former: FileMark, isWritten: Bool) -> Bool {
        guard size >= former.size else { return false }
        return zip(heads, former.heads).allSatisfy { $0 == $1 } || isWritten && inode == former.inode
    }
}
