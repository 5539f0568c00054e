/// How an attempt at a film ended.
package enum ItemEnding: Hashable, Sendable {
    case done
    /// The input broke off; what could be read was done. Reason in words.
    case damaged(String)
    /// It never will be done as it is.
    case failedForGood(status: Int, message: String)
    /// It may be done another time.
    case failedForNow(status: Int, message: String)
    /// The batch was told to stop.
    case stopped

    /// What the end of a program says of a film.
    ///
    /// - Parameters:
    ///   - status: its exit status, or 128 and the number of the signal that ended it.
    ///   - message: its last line on standard error.
    ///   - isAddress: the film comes over a network.
    ///   - isStopping: the batch ends its programs.
    package init(status: Int, message: String, isAddress: Bool, isStopping: Bool) {
        switch status {
        case 0: self = .done
        case _ where isStopping: self = .stopped
        case 74: self = .damaged(message)
        // Usage and format are the film's own; so is a file that is not there. An address may answer again.
        case 64, 65: self = .failedForGood(status: status, message: message)
        case 66 where !isAddress: self = .failedForGood(status: status, message: message)
        // The disk, memory, a network, a signal, or a fault of ours.
        default:
            let silence = status > 128 ? "signal \(status - 128) ended it" : "it ended with status \(status)"
            self = .failedForNow(status: status, message: message.isEmpty ? silence : message)
        }
    }
}
