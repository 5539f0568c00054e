import EventDelivery

extension Console {
    /// What is to be told of a trouble, if anything.
    ///
    /// - Parameters:
    ///   - notice: nil for nothing.
    ///   - recovery: what is said when the trouble is over.
    static func say(_ notice: TroubleReport.Notice?, recovery: String) {
        switch notice {
        case nil: break
        case .begins(let reason): say(reason)
        case .lasts(let reason, let seconds): say("for \(Int(seconds)) s: \(reason)")
        case .mended(let seconds): say("\(recovery), after \(Int(seconds)) s")
        }
    }
}
