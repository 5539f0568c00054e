internal import FeedRuntime
internal import Timeline

/// The page at `/`: the feeds, and what else there is.
struct StartPage {
    private let board: ServiceBoard.Snapshot

    init(_ board: ServiceBoard.Snapshot) { self.board = board }

    var html: String {
        let feeds = board.feeds.keys.sorted().map { name in
            let state = board.feeds[name]?.status?.state.rawValue ?? "starting"
            return "<li><a href=\"/feeds/\(name)\">\(name)</a> <span>\(state)</span></li>\n"
        }
        let pages = HTTPPages.contents.map {
            "<li><a href=\"\($0.path)\">\($0.path)</a> <span>\($0.says)</span></li>\n"
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>scened</title>
            <style>
            :root { color-scheme: light dark }
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
            h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
            ul { list-style: none; padding: 0 } li { padding: .3rem 0 }
            span { opacity: .75; margin-left: .5rem }
            </style>
            <h1>scened \(board.version)</h1>
            <h2>Feeds</h2>
            <ul>
            \(feeds.joined())</ul>
            <h2>For programs</h2>
            <ul>
            \(pages.joined())</ul>
            </html>

            """
    }
}
