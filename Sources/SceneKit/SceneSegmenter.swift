internal import MediaInput

/// Segments a file, or whatever an address leads to.
///
/// ```swift
/// let film = try await SceneSegmenter(path: "film.mp4")
/// for await case .scene(let scene) in film.events {
///     print(scene.start.seconds, scene.end.seconds)
/// }
/// ```
///
/// - **Threads.** A segmenter reads, decodes and decides on threads of its own: two, and up to two for each
///   of ``SegmenterOptions/threads``. It blocks no thread of a task. It may be used from any thread, and
///   several segmenters may run at once.
/// - **Memory.** Bounded, however long the input is. Where nobody asks for the next event, decoding stops
///   after 256 pictures or 16 events; the decoder's own threads then stop after about 1500 small pictures
///   more (6 MB).
/// - **Cancellation.** When the task that asks for events is cancelled, the loop ends within about 100 ms.
///   All threads have then ended, and all files are closed. Where the last reference to the segmenter and its
///   ``events`` goes, the same happens in the background. ``cancel()`` ends the reading and keeps what was
///   found.
/// - **The process.** Nothing process-wide is changed or installed, and nothing is printed; see ``FFmpegLog``
///   about FFmpeg.
public final class SceneSegmenter: Sendable {
    /// What is read.
    public let media: MediaInfo
    /// Seconds after which the shot detector is certain of a cut, at most.
    public let detectorLag: Double
    /// Seconds of media from a boundary to its final event, at most; `nil` if nothing bounds it.
    public let delayBound: Double?

    private let reading: StreamReading

    /// Opens a file, a FIFO or a device, and decodes its first picture.
    ///
    /// Returns after some milliseconds for a file, and after as long as the writer takes for a FIFO. A task
    /// that is cancelled meanwhile gets ``SceneKitError/cancelled(_:)`` within about 100 ms.
    ///
    /// - Parameters:
    ///   - path: absolute, or relative to the working directory.
    ///   - options: how it is segmented.
    /// - Throws: why there is no first picture, or what is wrong with an option.
    public convenience init(
        path: String, options: SegmenterOptions = SegmenterOptions()
    ) async throws(SceneKitError) {
        guard !path.isEmpty else { throw .cannotOpen("the path is empty: give a video file") }
        guard !path.utf8.contains(0) else {
            throw .cannotOpen("the path holds a zero byte: give the name of a video file")
        }
        try await self.init(.url(Self.address(ofFile: path)), options)
    }

    /// Opens an address, and decodes the first picture: a URL that FFmpeg opens (`https://`, `udp://`,
    /// `rtsp://`, `srt://` and so on), or a path.
    ///
    /// Blocks no thread, and gives up where no byte comes for 30 s. A task that is cancelled meanwhile gets
    /// ``SceneKitError/cancelled(_:)`` within about 100 ms; while a host name is looked up, after that.
    ///
    /// - Parameters:
    ///   - address: as the `scened` command takes it; `-` is standard input.
    ///   - options: how it is segmented.
    /// - Throws: why there is no first picture, or what is wrong with an option.
    public convenience init(
        address: String, options: SegmenterOptions = SegmenterOptions()
    ) async throws(SceneKitError) {
        guard !address.isEmpty else { throw .cannotOpen("the address is empty: give a file or a URL") }
        guard !address.utf8.contains(0) else {
            throw .cannotOpen("the address holds a zero byte: give a file or a URL")
        }
        try await self.init(.url(address), options)
    }

    private init(_ source: MediaSource, _ options: SegmenterOptions) async throws(SceneKitError) {
        let reading = StreamReading()
        let opened = try await reading.open(source, options)
        self.reading = reading
        media = opened.media
        detectorLag = opened.detectorLag
        delayBound = opened.delayBound
    }

    /// The address that stands for a path, whatever the path looks like.
    private static func address(ofFile path: String) -> String {
        // Two slashes at the beginning would be those of a URL.
        let rest = path.drop { $0 == "/" }
        let plain = path.hasPrefix("/") ? "/" + rest : String(rest)
        let isLikeAddress =
            plain == "-" || plain.contains("://") || plain.hasPrefix("unix:") || plain.hasPrefix("file:")
        return isLikeAddress ? "file:" + plain : plain
    }

    /// What is found, in order, up to ``SceneEvent/end(_:)``.
    ///
    /// One consumer: each event is given once, also where two loops share them. A loop that was left with
    /// `break` can be continued with another.
    public var events: Events { Events(reading: reading) }

    /// Ends the reading. ``events`` still gives what was found, as if the input had ended there, and then
    /// ``SceneEvent/end(_:)`` with reason ``StreamEnd/Reason/cancelled``. Returns at once; any number of
    /// times.
    public func cancel() { reading.queue.cancel() }

    /// How far the reading is. Costs a lock.
    public var progress: Progress { reading.queue.progress }

    /// How far a reading is. It may be ahead of the events that were taken.
    public struct Progress: Hashable, Sendable {
        /// Pictures decoded and looked at.
        public var pictures = 0
        /// Seconds of media up to the end of the last of them.
        public var seconds = 0.0
        /// Shots found.
        public var shots = 0
        /// Final boundaries found.
        public var boundaries = 0
    }

    /// The events of a segmenter, as they become certain.
    ///
    /// The loop never throws: an input that breaks off ends with ``StreamEnd/Reason/damaged(_:)``. Where the
    /// task is cancelled, the loop ends without ``SceneEvent/end(_:)``.
    public struct Events: AsyncSequence, Sendable {
        /// What the sequence gives.
        public typealias Element = SceneEvent
        /// The sequence does not throw.
        public typealias Failure = Never

        let reading: StreamReading

        /// Takes events from where the last loop stopped.
        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reading: reading) }

        /// Takes one event after another.
        public struct AsyncIterator: AsyncIteratorProtocol {
            let reading: StreamReading

            /// The next event; `nil` behind the last, or once the task is cancelled.
            public mutating func next(isolation actor: isolated (any Actor)?) async -> SceneEvent? {
                let queue = reading.queue
                return await withTaskCancellationHandler {
                    await withCheckedContinuation(isolation: actor) { queue.take($0) }
                } onCancel: {
                    queue.discard()
                }
            }

            /// The next event; `nil` behind the last, or once the task is cancelled.
            public mutating func next() async -> SceneEvent? { await next(isolation: nil) }
        }
    }
}
