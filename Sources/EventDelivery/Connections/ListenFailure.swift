internal import Glibc

/// A server's socket could not be opened: one line with a remedy.
package struct ListenFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String

    package init(description: String) { self.description = description }

    /// - Parameters:
    ///   - address: where it should have listened.
    ///   - code: errno; nil: not known.
    ///   - text: what is known else.
    init(_ address: ListenAddress, code: Int32?, text: String) {
        description =
            switch code {
            case EADDRINUSE:
                "\(address) is in use by another program; choose another address, or end that program"
            case EADDRNOTAVAIL:
                "this machine has no address \(address); choose one that `ip address` shows"
            case EACCES, EPERM:
                "\(address) is not permitted; choose a port from 1024 on, or a folder that can be written to"
            case ENOENT, ENOTDIR: "the folder of \(address) does not exist; make it, or choose another"
            case .some(let code):
                "cannot listen on \(address): \(String(cString: strerror(code))); choose another address"
            case nil: "cannot listen on \(address): \(text); choose another address"
            }
    }
}
