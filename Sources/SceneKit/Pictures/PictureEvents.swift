extension AsyncSequence where Element == VideoPicture {
    /// What a segmenter finds in these pictures, as it becomes certain.
    ///
    /// The next picture is asked for when the next event is, so that nothing piles up: a slow consumer slows
    /// the pictures down. The work is done in the task that asks. Wrap a sequence that throws nothing of its
    /// own in a `do` all the same: options and pictures are checked when the first event is asked for, and as
    /// pictures come.
    ///
    /// - Parameters:
    ///   - timeBase: length of a tick of ``VideoPicture/time``.
    ///   - options: how pictures are segmented.
    /// - Returns: a sequence up to ``SceneEvent/end(_:)``. It throws ``SceneKitError``, and what this
    ///   sequence throws. Where the task is cancelled, it ends without ``SceneEvent/end(_:)``.
    public func sceneEvents(
        timeBase: TimeBase, options: SegmenterOptions = SegmenterOptions()
    ) -> PictureEvents<Self> {
        PictureEvents(pictures: self, timeBase: timeBase, options: options)
    }
}

/// The events of an asynchronous sequence of pictures; see
/// ``Swift/AsyncSequence/sceneEvents(timeBase:options:)``.
public struct PictureEvents<Pictures: AsyncSequence>: AsyncSequence where Pictures.Element == VideoPicture {
    /// What the sequence gives.
    public typealias Element = SceneEvent
    /// What the pictures throw, or ``SceneKitError``.
    public typealias Failure = any Error

    let pictures: Pictures
    let timeBase: TimeBase
    let options: SegmenterOptions

    /// Segments the pictures from where they stand, with a segmenter of its own.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(pictures: pictures.makeAsyncIterator(), timeBase: timeBase, options: options)
    }

    /// Takes one event after another.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var pictures: Pictures.AsyncIterator
        let timeBase: TimeBase
        let options: SegmenterOptions
        private var segmenter: PictureSegmenter?
        /// Certain and not given yet, the next one last.
        private var waiting: [SceneEvent] = []
        private var isOver = false

        init(pictures: Pictures.AsyncIterator, timeBase: TimeBase, options: SegmenterOptions) {
            self.pictures = pictures
            self.timeBase = timeBase
            self.options = options
        }

        /// The next event; `nil` behind the last, after an error, or once the task is cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> SceneEvent? {
            do {
                while !isOver, waiting.isEmpty, !Task.isCancelled {
                    let segmenter = try segmenter ?? PictureSegmenter(timeBase: timeBase, options: options)
                    self.segmenter = segmenter
                    if let picture = try await pictures.next(isolation: actor) {
                        waiting = try segmenter.push(picture).reversed()
                    } else if !Task.isCancelled {
                        isOver = true
                        waiting = segmenter.finish().reversed()
                    }
                }
            } catch {
                (isOver, waiting) = (true, [])
                throw error
            }
            return Task.isCancelled ? nil : waiting.popLast()
        }

        /// The next event; `nil` behind the last, after an error, or once the task is cancelled.
        public mutating func next() async throws -> SceneEvent? { try await next(isolation: nil) }
    }
}
