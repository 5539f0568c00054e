import CFFmpeg
import CFFmpegShim

/// The FFmpeg libraries in use.
package enum MediaLibrary {
    /// Version as the libraries state it, e.g. `5.1.9-0+deb12u1`.
    package static var version: String { String(cString: av_version_info()) }

    /// From now on the libraries print nothing in this process, and the last error they log is kept for
    /// messages. There is no way back: FFmpeg does not tell what callback it had.
    package static func keepLog() { scn_log_install() }
}
