import Glibc

/// A thread that runs one closure. Its maker joins it before what the closure uses may go.
final class WorkThread {
    private var thread = pthread_t()

    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    /// Starts at once; nil if the system has no thread left.
    init?(_ run: @escaping () -> Void) {
        let body = Unmanaged.passRetained(Body(run))
        let status = pthread_create(
            &thread, nil,
            { opaque in
                if let opaque { Unmanaged<Body>.fromOpaque(opaque).takeRetainedValue().run() }
                return nil
            }, body.toOpaque())
        guard status == 0 else {
            body.release()
            return nil
        }
    }

    /// Waits until the closure has returned. Call once.
    func join() { pthread_join(thread, nil) }
}
