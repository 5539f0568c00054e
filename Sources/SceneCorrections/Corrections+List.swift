package import SceneEvents
internal import Timeline

extension Corrections {
    /// Turns a run's boundaries into those of a list that somebody else made.
    ///
    /// A start of a scene that lies within `tolerance` of a boundary confirms it; one near the start of a
    /// shot adds a boundary there, any other one where it lies. Boundaries that no start is near to are
    /// removed. O(starts x boundaries).
    ///
    /// - Parameters:
    ///   - starts: where scenes begin, in seconds from the start of the file, as players count.
    ///   - events: of the run.
    ///   - tolerance: in seconds.
    /// - Throws: where the run tells no shots or scenes.
    package init(
        matching starts: [Double], events: [Event], tolerance: Double
    ) throws(CorrectionError) {
        let told = ToldEvents(events)
        guard let start = told.start else { throw .noStart }
        guard !told.shots.isEmpty else { throw .missing("shots") }
        guard !told.stretches.isEmpty else { throw .missing("scenes") }
        let clock = start.media.clock
        let reach = clock.timeBase.ticks(seconds: tolerance)
        var open = told.finals.sorted { $0.value.at < $1.value.at }
        var (entries, taken) = ([Correction](), Set<Int64>())
        for seconds in starts {
            let place =
                clock.startPTS + clock.timeBase.ticks(seconds: seconds)
                - clock.timeBase.ticks(microseconds: start.media.startOffset)
            func distance(_ pts: Int64) -> UInt64 { (pts - place).magnitude }
            let nearest = open.indices.min {
                distance(open[$0].value.at.pts) < distance(open[$1].value.at.pts)
            }
            if let nearest, distance(open[nearest].value.at.pts) <= UInt64(reach) {
                let (id, boundary) = open.remove(at: nearest)
                taken.insert(boundary.at.pts)
                entries.append(.confirm(id))
                continue
            }
            let cut = told.shots.map(\.start.pts).min { distance($0) < distance($1) } ?? place
            let pts = distance(cut) <= UInt64(reach) ? cut : place
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
}
