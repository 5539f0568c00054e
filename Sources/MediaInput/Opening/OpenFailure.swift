import CFFmpeg
import CFFmpegShim
import Glibc

/// Why an address could not be opened, in words and with a remedy.
struct OpenFailure {
    /// The address, without credentials.
    let name: String
    /// The AVERROR code.
    let status: Int32
    /// Seconds that were waited for in vain; nil: it failed before.
    var waited: Double?
    /// Bytes come to a port of this machine.
    var isOwnPort = false
    /// The other side led from one address to the next without end.
    var isRedirectedForever = false
    /// What FFmpeg said last.
    var lastWords: String?

    var error: MediaError {
        if isRedirectedForever {
            return error(
                .refused,
                "it is redirected again and again (\(scn_most_lookups) connections)",
                "check the address: the server leads nowhere")
        }
        if let waited {
            return error(
                .cannotOpen, "no answer for \(Int(waited.rounded())) s",
                "check the address and that the server runs")
        }
        if scn_error_is_refusal(status) != 0 {
            return error(
                .refused, describe(status), "check the address, its user and its password")
        }
        if scn_error_is_answer(status) != 0 {
            return error(.cannotOpen, describe(status), "ask whoever runs the server")
        }
        return error(.cannotOpen, reason, remedy)
    }

    private func error(_ code: MediaError.Code, _ reason: String, _ remedy: String) -> MediaError {
        MediaError(code, "\(name): \(Redaction.redacted(reason)): \(remedy)")
    }

    private func isSystemError(_ number: Int32) -> Bool { status == scn_error_from_errno(number) }

    private var reason: String {
        // FFmpeg's code for an address, option or protocol that its rules refuse has no words; its log has.
        guard isSystemError(EINVAL), let lastWords else { return describe(status) }
        return lastWords
    }

    private var remedy: String {
        if isSystemError(EADDRINUSE) { return "another program has this port: end it, or give another port" }
        if isSystemError(EADDRNOTAVAIL) {
            return "give an address that this machine has, or 0.0.0.0 for all"
        }
        if isSystemError(EACCES) || isSystemError(EPERM) {
            return isOwnPort ? "give a port above 1023" : "check the permissions of this user"
        }
        if isSystemError(EINVAL) { return "check the address" }
        // Somebody is there, and hung up.
        if isSystemError(ECONNRESET) || isSystemError(EPIPE) {
            return "check that the other side sends video"
        }
        if isSystemError(ENOSYS) || status == scn_error_no_protocol {
            return "this FFmpeg does not speak it: give another address"
        }
        return isOwnPort ? "check the address" : "check the address and that the server runs"
    }
}
