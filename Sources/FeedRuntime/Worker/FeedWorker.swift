internal import Platform
internal import CConfinement
internal import Glibc
internal import MediaInput
internal import ScenePipeline
internal import Timeline

/// The whole life of a worker process: reads one input, finds parts and shots, and tells its feed.
///
/// It knows no model, journal or clock, and may be killed at any instant: everything it knows that matters
/// was sent. It ends when the input does, when the feed says stop, and at once when the feed has gone.
package enum FeedWorker {
    /// Descriptor of the socket to the feed.
    package static let descriptor: Int32 = 3

    /// Runs to the end. Only for a process that a feed started: descriptor 3 is the socket.
    ///
    /// - Returns: the exit status; 64 where the process was started by anyone else.
    package static func run() -> Int32 {
        // Ctrl-C in a terminal is for the feed, which then says stop.
        signal(SIGINT, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        // A feed that ends by force leaves nobody behind who takes its processor time.
        scn_die_with_parent()
        let pipe = WorkerPipe(descriptor: descriptor)
        var buffer = FrameBuffer()
        guard let message = pipe.receive(into: &buffer),
            let specification = try? WorkerSpecification(message: message)
        else { return 64 }
        scn_close_from(descriptor + 1)
        let gaps = WorkerConfinement(
            input: FeedAddress(specification.input), allowedHosts: specification.media.allowedHosts
        ).apply()
        let stop = StopFlag()
        let wish = DecodingRelief()
        let waiting = buffer
        let isListening = OwnThread.start {
            var buffer = waiting
            while let message = pipe.receive(into: &buffer) {
                switch WorkerOrder(message: message) {
                case .stop: stop.raise()
                case .leaveOut(let step): wish.step = step
                case nil: break
                }
            }
            _exit(0)
        }
        guard isListening else { return 70 }
        pipe.send(.hello(version: WorkerSpecification.protocolVersion, unconfined: gaps))
        Reading(specification: specification, pipe: pipe, stop: stop, wish: wish).run()
        return 0
    }

    /// One input from its first byte to its end.
    private struct Reading {
        let specification: WorkerSpecification
        let pipe: WorkerPipe
        let stop: StopFlag
        /// What the feed asks to leave out.
        let wish: DecodingRelief

        func run() {
            let progress = MediaProgress()
            reportProgress(progress)
            let relief = specification.relief.map { DecodingRelief($0) }
            let source = MediaSource.url(specification.input)
            do {
                let reader = try MediaReader(
                    source, options: specification.media, stop: stop, progress: progress, relief: relief)
                let ending = read(reader, progress, relief)
                pipe.send(.progress(WorkerProgress(progress)))
                pipe.send(.ending(ending))
            } catch {
                pipe.send(.progress(WorkerProgress(progress)))
                pipe.send(.ending(WorkerEnding(error).naming(refusedHost: HostRules.takeRefusedHost())))
            }
        }

        private func read(_ reader: MediaReader, _ progress: MediaProgress, _ relief: DecodingRelief?)
            -> WorkerEnding
        {
            var media = reader.summary
            var first: [MediaItem] = []
            var clock = ConnectionClock.unknown
            if let source = specification.told, let told = source.end(in: media) {
                reader.noteAbsence(seconds: source.age, behind: told)
                (first, clock) = firstUntold(reader, after: told)
                // A connection without any picture that is new was none: what is missing goes on.
                guard case .picture(let picture) = first.last else { return Self.ending(of: reader) }
                media.clock.startPTS = picture.at.pts
            }
            pipe.send(.opened(media, decoderDelay: reader.decoderDelay, clock: clock))
            var waiting = first[...]
            var next = waiting.popFirst() ?? reader.next()
            var reporter = PartReporter(specification, media: media)
            var overload = relief.map { OverloadWatch(reader, specification, $0, wish: wish) }
            while let item = next {
                defer { next = waiting.popFirst() ?? reader.next() }
                switch item {
                case .picture(let picture):
                    reporter.push(
                        picture, age: reader.absence ?? progress.sinceLastPacket, send: pipe.send)
                    if let leftOut = overload?.push(picture, waited: progress.waited) {
                        pipe.send(.relief(leftOut))
                    }
                case .sound(let frame): reporter.push(frame)
                case .gap(let gap):
                    reporter.push(gap, send: pipe.send)
                    overload?.restart()
                case .cue(let cue): pipe.send(.cue(cue))
                }
            }
            reporter.finish(send: pipe.send)
            return Self.ending(of: reader)
        }

        private static func ending(of reader: MediaReader) -> WorkerEnding {
            switch reader.ending ?? .end {
            case .end: .end
            case .damaged(let reason): .damaged(reason)
            case .interrupted: .stopped
            }
        }

        /// The first picture at or behind `told`, behind the messages in front of it; without a picture if
        /// the input ends before. Where the clock is set anew, no picture behind that has been told.
        private func firstUntold(
            _ reader: MediaReader, after told: Int64
        ) -> (items: [MediaItem], clock: ConnectionClock) {
            let first = told - reader.summary.clock.timeBase.ticks(seconds: Continuity.rounding)
            let base = reader.summary.clock.timeBase
            var watch = ShownAgainWatch(end: base.seconds(told))
            var cues: [MediaItem] = []
            var clock = ConnectionClock.same
            var before = WallClock.monotonicSeconds()
            while let item = reader.next() {
                let now = WallClock.monotonicSeconds()
                defer { before = now }
                switch item {
                case .picture(let picture) where clock == .jumped || picture.at.pts >= first:
                    return (cues + [item], clock)
                case .picture(let picture):
                    if watch.push(base.seconds(picture.at.pts), wall: now, waited: now - before) {
                        reader.endAbsence()
                        return (cues + [item], .another)
                    }
                    cues = []
                case .gap(let gap):
                    cues = []
                    guard gap.start.pts == gap.end.pts else { break }
                    clock = .jumped
                    reader.endAbsence()
                case .cue: cues.append(item)
                // What lies around the first picture counts as missing.
                case .sound: break
                }
            }
            return ([], clock)
        }

        /// Tells of bytes and packets five times a second, while the reader may be waiting.
        private func reportProgress(_ progress: MediaProgress) {
            let pipe = pipe
            _ = OwnThread.start {
                var last = WorkerProgress()
                while true {
                    poll(nil, 0, 200)
                    let now = WorkerProgress(progress)
                    guard now != last else { continue }
                    last = now
                    pipe.send(.progress(now))
                }
            }
        }
    }
}

extension WorkerProgress {
    init(_ progress: MediaProgress) {
        self.init()
        (bytes, packets) = (progress.bytes, progress.packets)
        (decodeErrors, repairedTimestamps) = (progress.refusedPackets, progress.repairedTimestamps)
    }
}

extension WorkerEnding {
    /// How a failure to open is told.
    init(_ error: MediaError) {
        switch error.code {
        case .interrupted: self = .stopped
        case .noVideo, .noPictures, .unsupported, .indexAtEnd: self = .failed(.unusable, error.message)
        case .noSuchStream: self = .failed(.misconfigured, error.message)
        case .refused: self = .failed(.refused, error.message)
        default: self = .failed(.unavailable, error.message)
        }
    }
}
