package dev.pullcord.server.security;

import dev.pullcord.server.store.AuditTable;
import io.javalin.http.Context;

/** From where a request comes, for the audit log. */
public final class Sources {
  private Sources() {}

  /** The way and the address of a request. */
  public static AuditTable.Source of(Context ctx) {
    return new AuditTable.Source(way(ctx), address(ctx.ip()));
  }

  /** An address as it is kept: an IPv6 address without its brackets. */
  public static String address(String shown) {
    return shown.startsWith("[") && shown.endsWith("]")
        ? shown.substring(1, shown.length() - 1)
        : shown;
  }

  private static AuditTable.Way way(Context ctx) {
    String path = ctx.path();
    if (ctx.attribute(Port.ATTRIBUTE) == Port.AGENTS || path.startsWith("/agent/")) {
      return AuditTable.Way.AGENTS;
    }
    if (path.startsWith("/git/")) {
      return AuditTable.Way.GIT;
    }
    return path.equals("/ui") || path.startsWith("/ui/")
        ? AuditTable.Way.DASHBOARD
        : AuditTable.Way.API;
  }
}
