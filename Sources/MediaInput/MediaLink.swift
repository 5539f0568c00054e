import Timeline

/// One of the streams that an input holds one behind the other, with whoever decodes it; most inputs hold
/// one.
///
/// Its pictures come on the clock of the first.
struct MediaLink {
    let media: OpenedMedia
    /// nil: decoding happens in `next`.
    private let team: DecodingTeam?
    let codec: String
    private let scale: TickScale?

    /// `scale`: from its clock to that of the first link.
    init(_ media: OpenedMedia, team: DecodingTeam?, codec: String, scale: TickScale? = nil) {
        self.media = media
        self.team = team
        self.codec = codec
        self.scale = scale
    }

    /// The next outcome, in the order of display; nil at the end, for good. Blocks while the input does.
    func next() -> DecodingOutcome? {
        let outcome = if let team { team.next() } else { media.next() }
        guard let scale else { return outcome }
        return switch outcome {
        case .picture(let picture): .picture(scale(picture))
        case .loss(let stamp): .loss(stamp.map { scale($0) })
        case .cues(let cues): .cues(cues.map { $0.scaled(scale) })
        case nil: nil
        }
    }

    /// Messages behind the last packet; valid once `next` has returned nil.
    var lastCues: [CueArrival] {
        guard let scale else { return media.lastCues }
        return media.lastCues.map { $0.scaled(scale) }
    }

    /// Why there is nothing more; valid once `next` has returned nil.
    var reason: MediaEnding { team?.ending ?? media.reason }

    /// Of the whole input.
    var bytesRead: Int64 { team?.progress.bytesRead ?? media.bytesRead }

    /// Groups of pictures found so far.
    var groups: Int { team?.progress.groups ?? 1 }
}
