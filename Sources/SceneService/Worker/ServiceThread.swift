internal import Glibc

/// A thread of its own for work that waits: for a worker, a disk, a network. Nobody waits for its end.
package enum ServiceThread {
    private final class Work {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    /// Runs `work` on a new thread; false if there can be none. 512 KiB of stack is enough for loops that call; `stack` is
    /// for more.
    package static func start(stack: Int = 512 << 10, _ work: sending @escaping () -> Void) -> Bool {
        let box = Unmanaged.passRetained(Work(work))
        let status = withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) { buffer in
            guard let attributes = buffer.baseAddress else { return ENOMEM }
            pthread_attr_init(attributes)
            defer { pthread_attr_destroy(attributes) }
            pthread_attr_setstacksize(attributes, stack)
            pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
            var thread = pthread_t()
            return pthread_create(
                &thread, attributes,
                { argument in
                    if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
                    return nil
                }, box.toOpaque())
        }
        if status != 0 { box.release() }
        return status == 0
    }
}
