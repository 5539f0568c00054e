/// How a service ended whose feeds were files; the worse, the later.
package enum ServiceOutcome: Int, Hashable, Sendable, Comparable {
    case complete
    /// A file holds no video.
    case noVideo
    case cannotOpen
    /// Events are lost, or a sink has not taken all.
    case cannotWrite
    /// A file broke off.
    case damaged

    package static func < (left: ServiceOutcome, right: ServiceOutcome) -> Bool {
        left.rawValue < right.rawValue
    }
}
