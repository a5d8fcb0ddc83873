package dev.pullcord.base.doctor;

/** One thing that has to be right. A check changes nothing. */
public interface DoctorCheck {
  /** {@code disk}. */
  String name();

  /** Looks. What it throws is a finding too: the thing could not be looked at. */
  Finding look() throws Exception;
}
