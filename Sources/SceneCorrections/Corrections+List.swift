package import SceneEvents
internal import Timeline

extension Corrections {
    /// Turns a run's boundaries into those of a list that somebody else made.
    ///
    /// A start of a scene that lies within `tolerance` of a boundary confirms it; one near the start of a
    /// shot adds a boundary there, any other one at the picture nearest to it, or where it lies where no
    /// event tells of pictures. Boundaries that no start is near to are removed. O(starts x boundaries).
    ///
    /// - Parameters:
    ///   - starts: where scenes begin, in seconds.
    ///   - countsFromStart: they count as players do, from the start of the file; else from its first
    ///     picture.
    ///   - events: of the run.
    ///   - tolerance: in seconds.
    /// - Throws: where the run tells no shots or scenes, and where it is over before a start.
    package init(
        matching starts: [Double], countsFromStart: Bool, events: [Event], tolerance: Double
    ) throws(CorrectionError) {
        let told = ToldEvents(events)
        guard let start = told.start else { throw .noStart }
        guard !told.shots.isEmpty else { throw .missing("shots") }
        guard !told.stretches.isEmpty else { throw .missing("scenes") }
        let clock = start.media.clock
        let reach = clock.timeBase.ticks(seconds: tolerance)
        let grid = PictureGrid(told, clock: clock)
        let offset = countsFromStart ? clock.timeBase.ticks(microseconds: start.media.startOffset) : 0
        let places = starts.map { clock.startPTS + clock.timeBase.ticks(seconds: $0) - offset }
        let length = min(grid?.pictureLength ?? 0, clock.timeBase.ticks(seconds: 60))
        try Self.check(starts, places, told, clock, room: max(reach, length))
        var open = told.finals.sorted { $0.value.at < $1.value.at }
        var (entries, taken) = ([Correction](), Set<Int64>())
        for place in places {
            let picture = grid?.picture(nearest: place)?.pts ?? place
            func distance(_ pts: Int64) -> UInt64 { (pts - place).magnitude }
            func isNear(_ pts: Int64) -> Bool { distance(pts) <= UInt64(reach) || pts == picture }
            let nearest = open.indices.min {
                distance(open[$0].value.at.pts) < distance(open[$1].value.at.pts)
            }
            if let nearest, isNear(open[nearest].value.at.pts) {
                let (id, boundary) = open.remove(at: nearest)
                taken.insert(boundary.at.pts)
                entries.append(.confirm(id))
                continue
            }
            let cut = told.shots.map(\.start.pts).min { distance($0) < distance($1) } ?? place
            let pts = isNear(cut) ? cut : picture
            // The start of the film or of what follows a gap begins a scene by itself.
            guard told.stretch(around: pts) != nil, taken.insert(pts).inserted else { continue }
            entries.append(
                .add(
                    CorrectedPlace(
                        pts: clock.countsTicks ? pts : nil, timeBase: clock.timeBase.description,
                        microseconds: clock.microseconds(at: pts))))
        }
        self.init(run: start.run, entries: entries + open.map { .remove($0.key) })
    }

    /// Throws where `places` lie more than `room` behind the end of the run: some of them, where the film is
    /// over, or all but its start, where the run is not.
    private static func check(
        _ starts: [Double], _ places: [Int64], _ told: ToldEvents, _ clock: MediaClock, room: Int64
    ) throws(CorrectionError) {
        let end = max(told.stretches.last?.end.pts ?? 0, told.end?.at.pts ?? clock.startPTS)
        let beyond = places.indices.filter { places[$0] > end + room }
        let inside = places.count { clock.startPTS + room < $0 && $0 <= end + room }
        guard let first = beyond.first, told.end?.reason == .end || inside == 0 else { return }
        throw .beyond(
            count: beyond.count, first: starts[first],
            end: Double(clock.microseconds(at: end)) / 1_000_000)
    }
}
