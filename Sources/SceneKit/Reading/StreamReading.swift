internal import MediaInput
internal import Platform
internal import ScenePipeline
internal import Timeline

/// One input that is read on a thread of its own. Nobody holds it any more: the reading ends.
final class StreamReading: Sendable {
    let queue = EventQueue()

    deinit { queue.discard() }

    /// Starts the thread and waits until the first picture is decoded. Once the task is cancelled, it throws
    /// within about 100 ms.
    func open(_ source: MediaSource, _ options: SegmenterOptions) async throws(SceneKitError) -> OpenedStream
    {
        let queue = queue
        let opening = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.expect(opening: continuation)
                let hasStarted = OwnThread.start(stack: Self.stack) {
                    Self.run(source, options, queue)
                }
                if !hasStarted {
                    queue.fail(.noResources("the system has no thread left: end other work and try again"))
                }
            }
        } onCancel: {
            queue.discard()
        }
        return try opening.get()
    }

    /// As much as the main thread of a program has.
    private static let stack = 8 << 20

    // MARK: The thread

    private static func run(_ source: MediaSource, _ options: SegmenterOptions, _ queue: EventQueue) {
        do throws(SceneKitError) {
            // The reader is gone, its threads have ended and its files are closed, before the end is told.
            queue.finish(with: try segment(source, options, queue))
        } catch {
            queue.fail(error)
        }
    }

    private static func segment(
        _ source: MediaSource, _ options: SegmenterOptions, _ queue: EventQueue
    ) throws(SceneKitError) -> SceneEvent {
        let (resolved, model) = try options.resolve()
        let reader: SceneReader
        do throws(MediaError) {
            reader = try SceneReader(
                source, mediaOptions: options.media, options: resolved, model: model, stop: queue.stop)
        } catch {
            throw SceneKitError(error)
        }
        queue.open(
            OpenedStream(
                media: MediaInfo(reader.media), detectorLag: reader.detectorLag,
                delayBound: reader.delayBound))
        let translator = EventTranslator(clock: reader.media.clock)
        while let events = reader.next() {
            let counts = reader.counts
            let progress = SceneSegmenter.Progress(
                pictures: counts.pictures, seconds: reader.position, shots: counts.shots,
                boundaries: counts.boundaries)
            guard queue.put(translator.events(events), progress: progress) else { break }
        }
        return translator.end(at: reader.end, reader.counts, reader.ending)
    }
}
