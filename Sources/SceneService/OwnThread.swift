/// Runs what takes long on a thread of its own, so that the few threads which all tasks share stay free.
enum OwnThread {
    /// Where no thread is left, `work` runs on the calling one.
    static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let finish: @Sendable () -> Void = { continuation.resume(with: Result { try work() }) }
            if !ServiceThread.start(stack: 8 << 20, finish) { finish() }
        }
    }
}
