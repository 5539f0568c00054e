internal import Synchronization
package import Timeline

/// What of the decoding is left out for now: set from any thread, followed from the next packet on.
///
/// A reader that was given one can leave out more than its plan does, and less again, at any time. Steps that
/// its decode plan contains, or that its codec does not have, change nothing.
package final class DecodingRelief: Sendable {
    private let value: Atomic<Int>

    package init(_ step: Relief.Step = .none) { value = Atomic(step.rawValue) }

    package var step: Relief.Step {
        get { Relief.Step(rawValue: value.load(ordering: .relaxed)) ?? .none }
        set { value.store(newValue.rawValue, ordering: .relaxed) }
    }
}
