/// Texts that name the files and addresses of which an input consists: HLS and DASH.
package enum Playlist {
    /// Bytes that tell.
    package static let headLength = 2048

    /// Whether an input that begins with `head` is one.
    package static func begins(_ head: some Collection<UInt8>) -> Bool {
        if head.starts(with: Array("#EXTM3U".utf8)) { return true }
        guard head.starts(with: Array("<?xml".utf8)) || head.starts(with: Array("<MPD".utf8)) else {
            return false
        }
        return String(decoding: head.prefix(headLength), as: UTF8.self).contains("<MPD")
    }
}
