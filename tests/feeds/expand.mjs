// Expands calendars with ical.js: {"body"} a line in, {"dates"} or {"problem"} a line out.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { default: ICAL } = await import(pathToFileURL(process.argv[2]).href);

function moment(time) {
  return time.isDate ? time.toString() : time.toJSDate().toISOString();
}

function told(uid, item, start, end) {
  const status = item.component.getFirstPropertyValue("status");
  return [uid, moment(start), moment(end), status, item.summary];
}

function dates(master) {
  if (!master.isRecurring()) return [told(master.uid, master, master.startDate, master.endDate)];
  const found = [];
  const iterator = master.iterator();
  for (let next = iterator.next(); next; next = iterator.next()) {
    const details = master.getOccurrenceDetails(next);
    found.push(told(master.uid, details.item, details.startDate, details.endDate));
  }
  return found;
}

function expand(body) {
  ICAL.TimezoneService.reset();
  const calendar = new ICAL.Component(ICAL.parse(body));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const parts = calendar.getAllSubcomponents("vevent");
  const events = parts.map((one) => new ICAL.Event(one, { strictExceptions: true, exceptions: [] }));
  const masters = events.filter((one) => !one.isRecurrenceException());
  for (const one of events.filter((other) => other.isRecurrenceException())) {
    masters.find((master) => master.uid === one.uid).relateException(one);
  }
  return masters.flatMap(dates);
}

function answer(line) {
  try {
    return { dates: expand(JSON.parse(line).body) };
  } catch (error) {
    return { problem: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(answer(line)));
}
