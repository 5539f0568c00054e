import Foundation
import SceneFormats
import Testing

@Suite struct ShotTableTests {
    /// The lists that PySceneDetect wrote, without their first line.
    @Test(arguments: ["counter", "testvideo"])
    func rowsAreThoseOfPySceneDetect(name: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "fixtures/evaluation/\(name).pyscenedetect.csv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
        #expect(lines.first.map { $0 + "\n" } == ShotTable.header)
        for (index, line) in lines.dropFirst().enumerated() {
            let cells = line.split(separator: ",")
            let pictures = try (#require(Int64(cells[1])) - 1)..<(#require(Int64(cells[4])))
            let times = try [3, 6].map { Int64((try #require(Double(cells[$0])) * 1_000_000).rounded()) }
            #expect(
                ShotTable.row(index: index, pictures: pictures, start: times[0], end: times[1]) == line + "\n"
            )
        }
        #expect(lines.count > 3)
    }

    @Test func timesAreRoundedAndHoursGoOn() {
        let row = ShotTable.row(index: 9, pictures: 0..<1, start: 1_499, end: 90_061_000_500)
        #expect(row == "10,1,00:00:00.001,0.001,1,25:01:01.001,90061.001,1,25:01:00.999,90060.999\n")
    }

    @Test func statisticsCountPicturesFromOne() {
        var table = StatisticsTable(names: ["a", "b"])
        #expect(table.header == "Frame Number,Timecode,a,b\n")
        #expect(table.row(microseconds: 0, values: [nil, 1]) == "1,00:00:00.000,,1.000000\n")
        #expect(table.row(microseconds: 40_000, values: [-0.5, nil]) == "2,00:00:00.040,-0.500000,\n")
    }
}
