/// How many of the addresses that a demuxer opened by itself (segments, keys, playlists) could not be opened.
///
/// Must outlive the FFmpeg context that counts in it; used on that context's thread.
final class FailedOpenings {
    /// For C code that counts; valid as long as this object.
    let pointer: UnsafeMutablePointer<Int32>

    init() {
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: 0)
    }

    deinit { pointer.deallocate() }

    var count: Int { Int(pointer.pointee) }
}
