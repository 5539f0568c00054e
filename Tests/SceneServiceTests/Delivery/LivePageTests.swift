import EventDelivery
import EventJournal
import FeedRuntime
import Foundation
import Platform
import SceneService
import TestSupport
import Testing

/// Pages of feeds, and their pictures.
@Suite struct LivePageTests {
    private func picture(_ pts: Int64) -> FeedPicture {
        FeedPicture(pts: pts, jpeg: Array("jpeg \(pts)\n".utf8))
    }

    @Test func everyFeedHasAPage() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        await outlet.status(FeedStatus(feed: "f", now: 0))
        let start = try await rig.page("/")
        #expect(start.body.contains("<a href=\"/feeds/f\">f</a>"))
        let page = try await rig.answer(
            "GET /feeds/f HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        #expect(page.status.contains("200") && page.headers["content-type"] == "text/html; charset=utf-8")
        #expect(page.body.contains("/v1/events?feed=f") && page.body.contains("Content-Security-Policy"))
        for path in ["/feeds/g", "/feeds/", "/feeds/..", "/feeds/f/", "/feeds/%66", "/feeds/f/../f"] {
            let other = try await rig.page(path)
            #expect(other.status.contains("404"), "\(path)")
        }
        await rig.service.stop()
    }

    @Test func picturesOfTheRunAreGivenOut() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        await outlet.keep([picture(-7), picture(0), picture(90_000)], most: 2)
        for (pts, isKept) in [(-7, false), (0, true), (90_000, true), (1, false)] {
            let got = try await rig.page("/v1/feeds/f/pictures/\(pts).jpg")
            #expect(got.status.contains(isKept ? "200" : "404"), "\(pts)")
            if isKept { #expect(got.body.contains("jpeg \(pts)")) }
        }
        for path in [
            "/v1/feeds/g/pictures/0.jpg", "/v1/feeds/f/pictures/0", "/v1/feeds/f/pictures/00.jpg",
            "/v1/feeds/f/pictures/+0.jpg", "/v1/feeds/f/pictures/../pictures/0.jpg",
            "/v1/feeds/f/pictures/.jpg",
            "/v1/feeds/../f/pictures/0.jpg", "/v1/feeds/f/pictures/99999999999999999999.jpg",
        ] {
            let got = try await rig.page(path)
            #expect(got.status.contains("404"), "\(path)")
        }
        await rig.service.stop()
    }

    /// Who may not read events sees no pictures either.
    @Test func picturesNeedTheRightToEvents() async throws {
        for access in [EventAccess.unixOnly, .nobody] {
            let rig = try await DeliveryRig { $0.httpEvents = access }
            let outlet = try await rig.outlet()
            try await outlet.append([SampleEvents.start(run: outlet.run)])
            await outlet.keep([picture(0)], most: 2)
            let got = try await rig.page("/v1/feeds/f/pictures/0.jpg")
            #expect(got.status.contains("403") && !got.body.contains("jpeg"))
            await rig.service.stop()
        }
    }

    @Test func aShelfHoldsTheNewestOfOneRun() throws {
        let files = FaultyFiles()
        var shelf = PictureShelf(JournalRig.layout, files)
        let (one, two) = (JournalRig.run(1), JournalRig.run(2))
        func kept(_ run: String) throws -> [Int64] {
            try files.names(in: "\(JournalRig.layout.directory)/pictures/\(run)").compactMap(
                JournalLayout.pts(ofPicture:)
            ).sorted()
        }
        for pts in [-50, 0, 3000, 90_000, 1_000_000] as [Int64] {
            try shelf.put([1], at: pts, run: one, most: 3)
        }
        #expect(try kept(one) == [3000, 90_000, 1_000_000])
        // The next process goes on with what is there.
        shelf = PictureShelf(JournalRig.layout, files)
        try shelf.put([1], at: 1_003_000, run: one, most: 3)
        #expect(try kept(one) == [90_000, 1_000_000, 1_003_000])
        try shelf.put([2], at: 5, run: two, most: 3)
        #expect(try kept(one) == [] && kept(two) == [5])
        #expect(try JournalRig.layout.picture(ofRun: two, at: 5, files) == [2])
        #expect(try JournalRig.layout.picture(ofRun: two, at: 6, files) == nil)
        #expect(try JournalRig.layout.picture(ofRun: "..", at: 5, files) == nil)
        // No reader of journals takes them for a run.
        #expect(try JournalRig.layout.runs(files) == [])
    }

    /// A film that is read again, by this process or the next, shows its pictures again: none is counted
    /// twice, and of a full shelf none goes for an older one.
    @Test func aShelfHoldsEachPictureOnce() throws {
        let files = FaultyFiles()
        let run = JournalRig.run(1)
        func kept() throws -> [Int64] {
            try files.names(in: "\(JournalRig.layout.directory)/pictures/\(run)").compactMap(
                JournalLayout.pts(ofPicture:)
            ).sorted()
        }
        var shelf = PictureShelf(JournalRig.layout, files)
        for pts in 0..<10 { try shelf.put([1], at: Int64(pts), run: run, most: 12) }
        for isNext in [false, true] {
            if isNext { shelf = PictureShelf(JournalRig.layout, files) }
            for pts in 0..<10 { try shelf.put([2], at: Int64(pts), run: run, most: 12) }
            #expect(try kept() == Array(0..<10))
        }
        #expect(try JournalRig.layout.picture(ofRun: run, at: 0, files) == [2])
        for pts in 0..<13 { try shelf.put([3], at: Int64(pts), run: run, most: 5) }
        #expect(try kept() == Array(8..<13))
        for pts in 0..<13 { try shelf.put([4], at: Int64(pts), run: run, most: 5) }
        #expect(try kept() == Array(8..<13))
        #expect(try JournalRig.layout.picture(ofRun: run, at: 8, files) == [4])
    }

    /// What a crash left of pictures that were being written goes with the next one, and with it the folder
    /// of another run.
    @Test func halfPicturesGo() throws {
        let state = try TemporaryFolder()
        let layout = JournalLayout(state: state.path, feed: "f")
        let (one, two) = (JournalRig.run(1), JournalRig.run(2))
        func folder(_ run: String) -> String { "\(layout.directory)/pictures/\(run)" }
        for run in [one, two] {
            try PosixFiles().createDirectory(folder(run))
            try PosixFiles().overwrite("\(folder(run))/7.jpg", with: [1])
            try PosixFiles().overwrite("\(folder(run))/8.jpg.new", with: [1])
        }
        try PosixFiles().overwrite("\(folder(two))/note.new", with: [1])
        var shelf = PictureShelf(layout, PosixFiles())
        try shelf.put([1], at: 9, run: two, most: 3)
        #expect(try PosixFiles().names(in: folder(two)).sorted() == ["7.jpg", "9.jpg", "note.new"])
        #expect(try PosixFiles().names(in: "\(layout.directory)/pictures") == [two])
        // A folder that somebody removes is made anew.
        try FileManager.default.removeItem(atPath: folder(two))
        #expect(throws: DurableFileError.self) { try shelf.put([1], at: 10, run: two, most: 3) }
        try shelf.put([1], at: 11, run: two, most: 3)
        #expect(try PosixFiles().names(in: folder(two)) == ["11.jpg"])
    }

    /// Where the disk is full, older pictures leave their room to events.
    @Test func eventsComeBeforePictures() async throws {
        let (files, log) = (FaultyFiles(), LogLines())
        let rig = try await DeliveryRig(files: files, log: log)
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        await outlet.keep((0..<8).map { picture($0) }, most: 8)
        let folder = "\(rig.folder.path)/journal/f/pictures/\(outlet.run)"
        #expect(try files.names(in: folder).count == 8)
        files.with { _ = $0.failing.insert("write") }
        try await outlet.append([SampleEvents.scene(0)])
        // Each attempt that is refused halves them.
        let left = try files.names(in: folder).compactMap(JournalLayout.pts(ofPicture:)).sorted()
        #expect(left.count <= 4 && left == Array((8 - Int64(left.count))..<8))
        #expect(log.with("older pictures go first").count == 1)
        files.with { $0.failing = [] }
        let isDrained = await outlet.drain()
        #expect(isDrained)
        await outlet.keep([picture(8)], most: 8)
        #expect(try files.names(in: folder).contains("8.jpg"))
        await rig.service.stop()
    }

    /// Nothing is written beside a journal that is not there: another process may own the folder.
    @Test func picturesNeedAJournalOfOnesOwn() async throws {
        let files = FaultyFiles()
        let rig = try await DeliveryRig(files: files)
        let outlet = try await rig.outlet()
        await outlet.keep([picture(0)], most: 2)
        #expect(files.with { state in !state.files.keys.contains { $0.contains("/pictures/") } })
        await rig.service.stop()
    }

    /// What the disk refuses is lost, and the feed goes on.
    @Test func refusedPicturesHoldNothingUp() async throws {
        let files = FaultyFiles()
        let log = LogLines()
        let rig = try await DeliveryRig(files: files, log: log)
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        files.with { _ = $0.failing.insert("overwrite") }
        for pts in 0..<3 { await outlet.keep([picture(Int64(pts))], most: 2) }
        #expect(log.with("pictures cannot be kept").count == 1)
        await rig.service.stop()
    }
}
