internal import Digests

/// Tells whether what a sink's credentials and files hold has changed. A digest alone: what they hold cannot
/// be read from it.
package struct SinkFingerprint: Hashable, Sendable {
    private let digest: [UInt8]

    /// - Parameter parts: what each holds, always in the same order; nil for one that the sink does not name.
    package init(_ parts: [[UInt8]?]) {
        var bytes: [UInt8] = []
        for part in parts {
            // The lengths keep bytes from moving from one part into the next.
            bytes += Array((part.map { "\($0.count):" } ?? "-").utf8) + (part ?? [])
        }
        digest = SHA256.bytes(of: bytes.span)
    }
}
