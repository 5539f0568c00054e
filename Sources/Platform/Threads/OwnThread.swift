internal import Glibc

/// A thread of its own for work that waits (for a process, a disk, a network) or calculates for long, so that
/// the few threads which all tasks share stay free.
package struct OwnThread {
    private let thread: pthread_t

    private final class Work {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    /// Starts at once; nil if the system has no thread left. What `run` uses must stay until `join` has
    /// returned.
    package init?(_ run: @escaping () -> Void) {
        guard let thread = Self.make(stack: nil, isJoined: true, Work(run)) else { return nil }
        self.thread = thread
    }

    /// Waits until the work has returned. Call once.
    package func join() { pthread_join(thread, nil) }

    /// Runs `work` on a new thread for whose end nobody waits; false if there can be none. 512 KiB of stack
    /// is enough for loops that call; `stack` is for more.
    package static func start(stack: Int = 512 << 10, _ work: sending @escaping () -> Void) -> Bool {
        make(stack: stack, isJoined: false, Work(work)) != nil
    }

    /// Awaits the result of `work` on a new thread; where no thread is left, it runs on the calling one.
    package static func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let finish: @Sendable () -> Void = { continuation.resume(with: Result { try work() }) }
            if !start(stack: 8 << 20, finish) { finish() }
        }
    }

    private static func make(stack: Int?, isJoined: Bool, _ work: Work) -> pthread_t? {
        let box = Unmanaged.passRetained(work)
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        if let stack { pthread_attr_setstacksize(&attributes, stack) }
        if !isJoined { pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED)) }
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        if status != 0 { box.release() }
        return status == 0 ? thread : nil
    }
}
