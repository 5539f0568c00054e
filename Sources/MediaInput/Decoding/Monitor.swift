import Glibc

/// State that threads share: a lock around it, and conditions on which they wait for one another.
final class Monitor<State>: @unchecked Sendable {
    private var state: State
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let conditions: UnsafeMutablePointer<pthread_cond_t>
    private let count: Int

    /// `conditions`: how many there are, numbered from 0.
    init(_ state: State, conditions count: Int) {
        self.state = state
        self.count = count
        lock = .allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
        conditions = .allocate(capacity: count)
        for index in 0..<count { pthread_cond_init(conditions + index, nil) }
    }

    deinit {
        for index in 0..<count { pthread_cond_destroy(conditions + index) }
        conditions.deallocate()
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    /// Runs `body` with the lock held.
    func with<Result>(_ body: (inout State) -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body(&state)
    }

    /// Runs `body` with the lock held, again after each signal of `condition`, until it gives a value.
    func wait<Result>(for condition: Int, _ body: (inout State) -> Result?) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while true {
            if let result = body(&state) { return result }
            pthread_cond_wait(conditions + condition, lock)
        }
    }

    /// Wakes all who wait for `condition`.
    func signal(_ condition: Int) { pthread_cond_broadcast(conditions + condition) }
}
