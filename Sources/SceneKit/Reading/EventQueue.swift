internal import DequeModule
internal import Dispatch
internal import MediaInput
internal import Synchronization

/// Between the thread that reads and the tasks that ask for events.
///
/// The thread never waits while somebody asks. Otherwise it goes on until `mostEvents` events wait, or
/// `mostPictures` pictures have passed since somebody asked, and then holds. Safe to use from any thread.
final class EventQueue: Sendable {
    static let mostEvents = 16
    static let mostPictures = 256

    typealias Opening = Result<OpenedStream, SceneKitError>
    typealias Asking = CheckedContinuation<SceneEvent?, Never>

    fileprivate struct State {
        var events: Deque<SceneEvent> = []
        /// Who asks and has got nothing yet, in order; `events` is then empty.
        var asking: Deque<Asking> = []
        var picturesSinceAsked = 0
        /// The thread waits for `room`.
        var isHolding = false
        /// Nobody wants what is still to come.
        var isDiscarded = false
        /// The thread has closed everything, or never began.
        var isOver = false
        var progress = SceneSegmenter.Progress()
        var opening: CheckedContinuation<Opening, Never>?
    }

    private let state = Mutex(State())
    private let room = DispatchSemaphore(value: 0)
    /// Ends the reading.
    let stop = StopFlag()

    var progress: SceneSegmenter.Progress { state.withLock { $0.progress } }

    // MARK: Who asks

    /// Who waits for the stream to be open.
    func expect(opening: CheckedContinuation<Opening, Never>) {
        state.withLock { $0.opening = opening }
    }

    /// Gives `asking` the next event, now or later; nil at the end.
    func take(_ asking: Asking) {
        enum Answer {
            case now(SceneEvent?)
            case later
        }
        let (answer, wakes) = state.withLock { state -> (Answer, Bool) in
            state.picturesSinceAsked = 0
            var answer = Answer.later
            if let event = state.events.popFirst() {
                answer = .now(event)
            } else if state.isOver {
                answer = .now(nil)
            } else {
                state.asking.append(asking)
            }
            let wakes = state.isHolding && state.events.count < Self.mostEvents
            if wakes { state.isHolding = false }
            return (answer, wakes)
        }
        if wakes { room.signal() }
        if case .now(let event) = answer { asking.resume(returning: event) }
    }

    /// Ends the reading; what has been found is still given.
    func cancel() { end(discarding: false) }

    /// Ends the reading; nothing more is given.
    func discard() { end(discarding: true) }

    private func end(discarding: Bool) {
        stop.raise()
        let wakes = state.withLock { state in
            if discarding {
                state.isDiscarded = true
                state.events = []
            }
            defer { state.isHolding = false }
            return state.isHolding
        }
        if wakes { room.signal() }
    }

    // MARK: The thread that reads

    /// The stream is open.
    func open(_ stream: OpenedStream) { takeOpening()?.resume(returning: .success(stream)) }

    /// It cannot be opened. The last call.
    func fail(_ error: SceneKitError) {
        let opening = takeOpening()
        finish(with: nil)
        opening?.resume(returning: .failure(error))
    }

    private func takeOpening() -> CheckedContinuation<Opening, Never>? {
        state.withLock { state in
            defer { state.opening = nil }
            return state.opening
        }
    }

    /// What a picture made certain, often nothing. Blocks while nobody wants more; returns false once nobody
    /// ever will.
    func put(_ events: [SceneEvent], progress: SceneSegmenter.Progress) -> Bool {
        let (answers, holds, isWanted) = state.withLock { state -> ([(Asking, SceneEvent)], Bool, Bool) in
            state.progress = progress
            guard !state.isDiscarded else { return ([], false, false) }
            state.events.append(contentsOf: events)
            let answers = state.pair()
            if state.asking.isEmpty { state.picturesSinceAsked += 1 }
            let isFull =
                state.events.count >= Self.mostEvents || state.picturesSinceAsked >= Self.mostPictures
            state.isHolding = isFull && state.asking.isEmpty && !stop.isRaised
            return (answers, state.isHolding, true)
        }
        for (asking, event) in answers { asking.resume(returning: event) }
        if holds { room.wait() }
        return isWanted
    }

    /// Everything is closed. The last call; `event` is the last one.
    func finish(with event: SceneEvent?) {
        let (answers, rest) = state.withLock { state -> ([(Asking, SceneEvent)], Deque<Asking>) in
            if let event, !state.isDiscarded { state.events.append(event) }
            let answers = state.pair()
            state.isOver = true
            defer { state.asking = [] }
            return (answers, state.asking)
        }
        for (asking, event) in answers { asking.resume(returning: event) }
        for asking in rest { asking.resume(returning: nil) }
    }
}

extension EventQueue.State {
    /// Gives waiting events to those who ask.
    fileprivate mutating func pair() -> [(EventQueue.Asking, SceneEvent)] {
        var pairs: [(EventQueue.Asking, SceneEvent)] = []
        while !asking.isEmpty, !events.isEmpty {
            pairs.append((asking.removeFirst(), events.removeFirst()))
        }
        return pairs
    }
}
