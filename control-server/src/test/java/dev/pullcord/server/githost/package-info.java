@org.jspecify.annotations.NullMarked
package dev.pullcord.server.githost;
