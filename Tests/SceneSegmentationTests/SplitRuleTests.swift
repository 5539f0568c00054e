import SceneSegmentation
import Testing

@Suite struct SplitRuleTests {
    @Test(
        arguments: [
            (nil, SplitRule.thirds, nil, SplitRule.thirds),
            (nil, .thirds, 25, .thirds),
            (nil, .thirds, 24.9, .ticks),
            (nil, .ticks, 5, .ticks),
            (.thirds, .ticks, 25, .thirds),
            (.whole, .thirds, 5, .whole),
        ] as [(SplitRule?, SplitRule, Double?, SplitRule)])
    func resolved(requested: SplitRule?, preset: SplitRule, deadline: Double?, expected: SplitRule) throws {
        let rule = try SplitRule.resolve(
            requested: requested, preset: preset, deadline: deadline, splitAfter: 10, lag: 5,
            minimumShotLength: 0.6)
        #expect(rule == expected)
    }

    @Test(
        arguments: [
            (nil, 4.9, 10, .deadlineBelowLag, "give at least 5 s"),
            (.thirds, 24.9, 10, .deadlineTooShortForThirds, "give at least 25 s"),
            (nil, nil, 1.7, .splitTooShort, "give at least 1.8 s"),
            (nil, nil, .nan, .splitTooShort, "give at least 1.8 s"),
        ] as [(SplitRule?, Double?, Double, SegmentationOptionError.Code, String)])
    func refused(
        requested: SplitRule?, deadline: Double?, tau: Double, code: SegmentationOptionError.Code,
        remedy: String
    ) {
        let error = #expect(throws: SegmentationOptionError.self) {
            try SplitRule.resolve(
                requested: requested, preset: .thirds, deadline: deadline, splitAfter: tau, lag: 5,
                minimumShotLength: 0.6)
        }
        #expect(error?.code == code)
        #expect(error?.description.hasSuffix(remedy) == true && error?.description.contains("\n") == false)
    }

    @Test(
        arguments: [
            (SplitRule.ticks, nil, false, 55.6), (.thirds, nil, false, 75.6), (.whole, nil, false, nil),
            (.ticks, 20, false, 20), (.whole, 20, false, 20), (.ticks, 60, false, 55.6),
            // Parts close later than the deadline: by m, or, inside a shot, by half a run or three quarters.
            (.ticks, 5.1, false, 5.6), (.ticks, 5.1, true, 10.3), (.ticks, 20, true, 20),
            (.thirds, 25, false, 25), (.thirds, 25, true, 27.95), (.thirds, 30, true, 30),
            (.thirds, nil, true, 75.6), (.ticks, 60, true, 55.6), (.whole, 5, true, 5),
        ] as [(SplitRule, Double?, Bool, Double?)])
    func bounds(rule: SplitRule, deadline: Double?, intraShot: Bool, expected: Double?) {
        let bound = rule.delayBound(
            neighborCount: 4, awaitedScores: 1, splitAfter: 10, lag: 5, minimumShotLength: 0.6,
            deadline: deadline, intraShot: intraShot)
        #expect(bound.map { ($0 * 1e6).rounded() } == expected.map { ($0 * 1e6).rounded() })
    }
}
