import CFFmpeg

/// The FFmpeg libraries in use.
package enum MediaLibrary {
    /// Version as the libraries state it, e.g. `5.1.9-0+deb12u1`.
    package static var version: String { String(cString: av_version_info()) }
}
