package import NeuralNet

/// Which shots the windows of a batch of pre-training show, before any embedding is known.
package struct PretextPlan: Sendable {
    /// S shots for each of B windows.
    package private(set) var windows: [[ShotPlace]] = []
    /// Positions of the anchors in each window: its ends, unless they were drawn by duration.
    package private(set) var anchors: [ClosedRange<Int>] = []
    /// Where each window was joined, for synthesised boundaries.
    package private(set) var joins: [Int] = []
    /// Where the windows' shots are from [B S].
    package private(set) var origins: [ShotOrigin] = []

    /// Windows around `places`, shifted at the edges of their stretches; `durations` in seconds, of every
    /// shot of every film; `stretches` of every film.
    package init(
        _ places: [ShotPlace], durations: [[Double]], stretches: [FilmStretches], sampler: WindowSampler,
        rule: BoundaryRule, using random: inout RandomStream
    ) {
        let count = 2 * sampler.neighborCount + 1
        var starts: [Int: [Double]] = [:]
        func origin(_ place: ShotPlace) -> ShotOrigin {
            let known = starts[place.film] ?? ShotOrigin.starts(durations: durations[place.film])
            starts[place.film] = known
            return ShotOrigin(recording: place.film, seconds: known[place.shot])
        }
        for place in places {
            var sources = sampler.indices(
                center: place.shot, in: stretches[place.film].around(place.shot), edges: .shifted
            ).map { ShotPlace(film: place.film, shot: $0) }
            if rule == .synthesised {
                let join = random.position(below: count - 1)
                let other = Self.stranger(to: place, durations, using: &random)
                let strange = sampler.indices(
                    center: other.shot, in: stretches[other.film].around(other.shot), edges: .shifted)
                for shot in join + 1..<count {
                    sources[shot] = ShotPlace(film: other.film, shot: strange[shot])
                }
                joins.append(join)
            }
            var range = 0...count - 1
            if case .anchors(let sampling) = rule {
                range = sampling.draw(durations: sources.map { durations[$0.film][$0.shot] }, using: &random)
            }
            anchors.append(range)
            windows.append(sources)
            origins += sources.map(origin)
        }
    }

    /// The shots at both anchors of every window, left and right in turn.
    package var ends: [ShotPlace] {
        zip(windows, anchors).flatMap { [$0[$1.lowerBound], $0[$1.upperBound]] }
    }

    /// The shot in the middle of every window.
    package var centers: [ShotPlace] { windows.map { $0[$0.count / 2] } }

    /// A shot of another film, or anywhere if there is one film only.
    private static func stranger(
        to place: ShotPlace, _ durations: [[Double]], using random: inout RandomStream
    ) -> ShotPlace {
        var film = place.film
        if durations.count > 1 {
            film = random.position(below: durations.count - 1)
            if film >= place.film { film += 1 }
        }
        return ShotPlace(film: film, shot: random.position(below: durations[film].count))
    }
}
