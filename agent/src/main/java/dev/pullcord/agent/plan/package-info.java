/** What has to change, worked out as a value: pure, and the only place that decides it. */
@NullMarked
package dev.pullcord.agent.plan;

import org.jspecify.annotations.NullMarked;
