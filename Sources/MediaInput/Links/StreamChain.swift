/// Whether a file holds several streams one behind the other, of which FFmpeg's demuxers know the first
/// alone.
package enum StreamChain {
    /// Walks over the elements of the file and passes over what they hold; of MPEG-TS it reads all bytes.
    ///
    /// - Parameters:
    ///   - path: of a file.
    ///   - video: identifier of its video in the container.
    ///   - stop: ends the walk when raised.
    /// - Returns: false also where the file cannot be read, or not to its end.
    package static func isThere(in path: String, video: Int, stop: StopFlag) -> Bool {
        guard let port = try? BytePort(path: path, followIdle: nil, stop: stop), port.canSeek else {
            return false
        }
        let bytes = ByteStream(port: port, progress: MediaProgress())
        bytes.watchLinks(program: nil)
        bytes.follow(identifier: video)
        return bytes.advance()
    }
}
