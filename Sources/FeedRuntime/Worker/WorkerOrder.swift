package import Timeline

/// What a feed tells its worker after the specification.
package enum WorkerOrder: Hashable, Sendable {
    /// Finish what there is.
    case stop
    /// Leave out at least so much: the feed itself cannot keep up with what the worker tells.
    case leaveOut(Relief.Step)

    /// As it goes over the wire.
    package var message: [UInt8] {
        switch self {
        case .stop: [1]
        case .leaveOut(let step): [2, UInt8(step.rawValue)]
        }
    }

    /// nil for what is no order.
    package init?(message: ArraySlice<UInt8>) {
        switch (message.first, message.count) {
        case (1, 1): self = .stop
        case (2, 2):
            guard let step = message.last.flatMap({ Relief.Step(rawValue: Int($0)) }) else { return nil }
            self = .leaveOut(step)
        default: return nil
        }
    }
}
