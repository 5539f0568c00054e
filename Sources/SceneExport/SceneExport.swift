internal import Timeline
