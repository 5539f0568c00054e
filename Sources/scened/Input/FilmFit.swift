import MediaOutput
import SceneEvents
import SceneFormats
import Timeline

/// Whether events are those of a film.
enum FilmFit {
    /// What does not fit, each on one line; none where nothing is odd. Containers may differ: a film that was
    /// remuxed keeps its times.
    static func misfits(_ log: EventLog, _ film: Film, _ events: String) -> [String] {
        var lines: [String] = []
        let media = log.start.media
        if media.codec != film.codec {
            lines.append("\(events) is of \(media.codec) video, and \(film.name) holds \(film.codec)")
        } else if film.size.height != media.height, film.size.width != media.height,
            film.size.width != media.width, film.size.height != media.width
        {
            let size = film.size
            lines.append(
                "\(events) is of \(media.width)x\(media.height) pictures, and \(film.name) holds "
                    + "\(size.width)x\(size.height)")
        }
        if let length = film.claimedLength, let last = log.scenes.last {
            let end = log.timeBase.seconds(last.end.ticks)
            let pictures = film.claimedPictures
            // Some containers count their length from the start of the film, others from zero.
            let fits = [0, film.startSeconds].contains { start in
                let isReached = pictures.map { end >= ($0 - start) * 0.9 - 2 } ?? true
                return end <= length - start + 1 && (log.end?.reason != .end || isReached)
            }
            // A container tells the length of the first film where several follow one another, and FFmpeg
            // guesses it from clocks that may have been set back.
            func goesOn() -> Bool {
                end > length && (log.gaps.contains { $0.reason == .discontinuity } || film.isChain)
            }
            if !fits, !goesOn() {
                let other = end > length ? length : pictures ?? length
                lines.append(
                    "\(events) ends at \(ClockText.hours(end)), and \(film.name) at \(ClockText.hours(other))"
                )
            }
        }
        return lines.map { $0 + "; give the film that the events are of" }
    }
}
