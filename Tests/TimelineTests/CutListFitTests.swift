import Testing
import Timeline

@Suite struct CutListFitTests {
    static func mixed(_ at: Int64, _ first: Int64, _ last: Int64) -> CutList.Entry {
        .init(at: .frame(at), mixed: .init(first: .frame(first), last: .frame(last)))
    }

    @Test func overlapsAreFound() {
        func conflict(_ entries: [CutList.Entry]) -> FilmPosition? {
            CutList(entries: entries).firstConflict?.at
        }
        let good = [CutList.Entry.cut(5), .gradual(6, 9), .cut(10), .gradual(11, 11)]
        #expect(conflict(good) == nil)
        #expect(conflict([]) == nil)
        #expect(conflict([.gradual(6, 9), .cut(9)]) == .frame(9))
        #expect(conflict([.gradual(6, 9), .gradual(9, 12)]) == .frame(11))
        #expect(conflict([.cut(6), .gradual(6, 9)]) == .frame(8))
        #expect(conflict([.cut(6), .cut(6)]) == .frame(6))
        #expect(conflict([Self.mixed(20, 6, 9)]) == .frame(20))
        #expect(conflict([Self.mixed(7, 9, 6)]) == .frame(7))
        #expect(
            conflict([
                .init(at: .seconds(1.5), mixed: .init(first: .seconds(1), last: .seconds(2))),
                .init(at: .seconds(1.9)),
            ]) == .seconds(1.9))
    }

    @Test func whatLiesBeyondAFilmIsTold() {
        let list = CutList(entries: [.cut(40), .cut(99), .gradual(98, 103), .cut(120)], pictureCount: 100)
        #expect(list.misfit(pictures: 121, seconds: 1) == .init(beyondCount: 0, pictureCount: 100))
        #expect(CutList(entries: list.entries, pictureCount: 121).misfit(pictures: 121, seconds: 1) == nil)
        #expect(list.misfit(pictures: 100, seconds: 1) == .init(beyondCount: 1, firstBeyond: .frame(120)))
        #expect(CutList(entries: list.entries).misfit(pictures: 121, seconds: 1) == nil)
        let times = CutList(entries: [.init(at: .seconds(3)), .init(at: .seconds(4))])
        #expect(times.misfit(pictures: 9, seconds: 4) == .init(beyondCount: 1, firstBeyond: .seconds(4)))
        #expect(times.misfit(pictures: 9, seconds: 4.04) == nil)
        #expect("\(FilmPosition.frame(3)), \(FilmPosition.seconds(1.5))" == "picture 3, 1.5 s")
    }
}
