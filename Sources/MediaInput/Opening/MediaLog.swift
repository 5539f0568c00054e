import CFFmpegShim
import Glibc

/// What FFmpeg has to say beside its results. Process wide; silent unless asked.
package enum MediaLog {
    /// Prints FFmpeg's lines on standard error, without credentials, one `write` a line; or stops doing so.
    package static func printLines(_ isOn: Bool) {
        scn_log_install()
        scn_log_set_sink(isOn ? { _, line in MediaLog.print(String(cString: line)) } : nil)
    }

    private static func print(_ line: String) {
        let text = Array("ffmpeg: \(Redaction.redacted(line))\n".utf8)
        text.withUnsafeBytes { bytes in
            // There is nowhere to report that standard error cannot be written.
            if let base = bytes.baseAddress { _ = write(2, base, bytes.count) }
        }
    }
}
