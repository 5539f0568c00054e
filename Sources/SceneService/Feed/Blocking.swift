internal import Dispatch
internal import Synchronization

/// Lets a thread that may wait call what is asynchronous.
enum Blocking {
    /// Runs `work` to its end; the calling thread, which must not be one of Swift's own, waits.
    static func run<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Value {
        let done = DispatchSemaphore(value: 0)
        let box = Mutex<Value?>(nil)
        let holder = Holder(box)
        Task.detached {
            let value = await work()
            holder.box.withLock { $0 = value }
            done.signal()
        }
        done.wait()
        guard let value = holder.box.withLock({ $0 }) else { preconditionFailure("the work gave no value") }
        return value
    }

    private final class Holder<Value: Sendable>: Sendable {
        let box: Mutex<Value?>
        init(_ box: consuming Mutex<Value?>) { self.box = box }
    }
}
