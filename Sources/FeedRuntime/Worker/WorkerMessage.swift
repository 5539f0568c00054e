package import SceneSegmentation
package import Timeline

/// What a worker tells its feed, in order. All instants are on the worker's own timeline, indices count from
/// its start.
package enum WorkerMessage: Sendable {
    /// First: the version of the protocol, and what of its confinement the worker could not have.
    case hello(version: UInt16, unconfined: ConfinementGaps)
    /// The first picture that was not told before was decoded.
    ///
    /// `clock`: what it is to that of the connection before.
    case opened(MediaSummary, decoderDelay: Int, clock: ConnectionClock)
    /// A part was closed by the picture at `now`, or by the end of the pictures.
    case part(Part, now: Instant)
    /// A shot ended; its last part came just before.
    case shot(Shot)
    /// The open shot's open part as it stands. Comes when it first can, then every two seconds of media, and
    /// directly before a picture at which a deadline may fall due.
    case open(Part)
    /// A picture; the parts it closed came before. `end`: where it is over.
    case advance(Advance)
    /// Pictures are missing; all parts before the gap came.
    case gap(Gap)
    /// A message of the stream that stands in front of the next picture, or behind the last one.
    case cue(Cue)
    /// From the next picture on, so much of the work is left out.
    case relief(Relief.LeftOut)
    /// The next picture is the first of another kind.
    case change(StreamChange)
    /// What the pictures show, from an instant on that may lie a few seconds back.
    case state(PictureState)
    /// Counters that rose; a few times a second at most.
    case progress(WorkerProgress)
    /// Last: why there is no more. All parts came.
    case ending(WorkerEnding)

    /// One picture.
    package struct Advance: Hashable, Sendable {
        package var now: Instant
        package var end: Instant
        /// PTS before which no further cut can appear.
        package var horizon: Int64
        package var isDamaged: Bool
        /// The last `open` message was sent for this picture.
        package var hasOpenPart: Bool
        /// Seconds since the last packet of the video came: a picture may have waited in the reader, most of
        /// all the last before a silence.
        package var age: Double

        package init(
            now: Instant, end: Instant, horizon: Int64, isDamaged: Bool, hasOpenPart: Bool, age: Double = 0
        ) {
            self.age = age
            self.now = now
            self.end = end
            self.horizon = horizon
            self.isDamaged = isDamaged
            self.hasOpenPart = hasOpenPart
        }
    }
}

/// Counters of one worker; none ever falls.
package struct WorkerProgress: Hashable, Sendable {
    package var bytes: Int64 = 0
    /// Packets of the video stream.
    package var packets: Int64 = 0
    package var decodeErrors: Int64 = 0
    package var repairedTimestamps: Int64 = 0

    package init() {}
}

/// Why a worker has nothing more to tell.
package enum WorkerEnding: Hashable, Sendable {
    /// The input was read to its end.
    case end
    /// The input broke off; one line says why.
    case damaged(String)
    /// The feed asked for it.
    case stopped
    /// There was no first picture; one line says why.
    case failed(Failure, String)

    /// What kind of failure it is.
    package enum Failure: String, Hashable, Sendable, CaseIterable {
        /// Opening failed; later it may not.
        case unavailable
        /// The other side refused: wrong credentials, or there is no such stream.
        case refused
        /// It opened but holds no video that can be used.
        case unusable
        /// The feed's own settings ask for what is not there.
        case misconfigured
    }
}
