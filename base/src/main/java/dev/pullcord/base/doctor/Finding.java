package dev.pullcord.base.doctor;

/**
 * What a check has found.
 *
 * @param name of the check
 * @param ok whether nothing has to be done
 * @param detail what was seen
 * @param fix what to do; empty where nothing has to be done
 */
public record Finding(String name, boolean ok, String detail, String fix) {
  /** Nothing has to be done. */
  public static Finding good(DoctorCheck check, String detail) {
    return new Finding(check.name(), true, detail, "");
  }

  /** Something has to be done. */
  public static Finding bad(DoctorCheck check, String detail, String fix) {
    return new Finding(check.name(), false, detail, fix);
  }
}
